"""The grader's side of `linear_cells.py`: a student's loop over linear cells, and what it must then give.

Worked example, one layer of a vanilla loop: with weights W (H, D) and A (H, H) of the grader's in the cell,
the state after step t is s_t = W x_t + A s_{t-1} from s_0 = 0. The gradient of <p, s> goes back the same way,
g_t = p_t + Aᵀ g_{t+1}, and reaches x_t as Wᵀ g_t. Both are exact, so nothing needs to be excused: neither a
state that is detached now and then, nor noise that hides it from difference quotients.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.checks import Array, Draw, Student

SOURCE = Path(__file__).with_name("linear_cells.py")
MODULE = "linear_cells_of_the_grader"
NAMES = (
    "LinearDeepRNN",
    "LinearAuthorClassifier",
    "StillLinearAuthorClassifier",
    "StillAuthorClassifier",
    "PlainClassifier",
)
PARTS = {"VanillaRNNCell": 1, "GRUCell": 1, "LSTMCell": 2}  # how many states go from step to step
KEPT = 0.9  # of the old state, in any direction: after 24 steps there is still a tenth of the first input


class Linear(NamedTuple):
    """One layer: where its weights are in the model, W (S, D) and A (S, S); the first H of S are shown."""

    names: tuple[str, str]
    by_input: Array
    by_state: Array
    hidden: int

    @property
    def weights(self) -> dict[str, Array]:
        """As the model takes them."""
        arrays = (self.by_input.astype(np.float32), self.by_state.astype(np.float32))
        return dict(zip(self.names, arrays, strict=True))

    def states(self, x: Array) -> Array:
        """All of the state after every step of x (B, T, D): (B, T, S)."""
        state, found = np.zeros((len(x), len(self.by_state))), []
        for t in range(x.shape[1]):
            state = np.asarray(x[:, t], np.float64) @ self.by_input.T + state @ self.by_state.T
            found.append(state)
        return np.stack(found, axis=1)

    def shown(self, x: Array) -> Array:
        """The hidden state after every step: (B, T, H)."""
        return self.states(x)[..., : self.hidden]

    def pulled_back(self, x: Array, pull: Array) -> tuple[Array, Array, Array]:
        """The gradients of <pull, shown> by x, W and A."""
        states, flow = self.states(x), np.zeros((len(x), len(self.by_state)))
        by_x, by_input, by_state = np.zeros(x.shape), 0 * self.by_input, 0 * self.by_state
        for t in reversed(range(x.shape[1])):
            flow = flow @ self.by_state
            flow[:, : self.hidden] += pull[:, t]
            by_x[:, t] = flow @ self.by_input
            by_input += flow.T @ x[:, t]
            if t:
                by_state += flow.T @ states[:, t - 1]
        return by_x, by_input, by_state


def provide(student: Student) -> None:
    """Put the linear cells beside the student's modules."""
    student.provide(MODULE, SOURCE.read_text(encoding="utf-8"), NAMES)


def cells_inside(weights: Mapping[str, Array]) -> list[tuple[str, str]]:
    """(the cell it stands for, what stands before the names of its weights), for each in a model."""
    return [
        (cell, name[: -len(f"linear_{cell}_input")])
        for name in weights
        for cell in PARTS
        if name.endswith(f"linear_{cell}_input")
    ]


def drawn(cell: str, prefix: str, features: int, hidden: int, draw: Draw) -> Linear:
    """A layer with weights of this draw: the state keeps its size, whatever it is made of."""
    size = PARTS[cell] * hidden
    turned, _ = np.linalg.qr(draw.normal(size, size).astype(np.float64))
    names = (f"{prefix}linear_{cell}_input", f"{prefix}linear_{cell}_state")
    by_input = draw.normal(size, features, scale=0.5)
    by_state = (KEPT * turned).astype(np.float32)
    return Linear(names, by_input.astype(np.float64), by_state.astype(np.float64), hidden)


def orders(layers: list[Linear], features: int) -> Iterator[tuple[Linear, ...]]:
    """The orders in which the layers may be stacked, as far as their input sizes allow."""
    for order in itertools.permutations(layers):
        sizes = [layer.by_input.shape[1] for layer in order]
        if sizes == [features] + [order[0].hidden] * (len(order) - 1):
            yield order
