"""PyTorch's recurrent layers in numpy, with weights as PyTorch lays them out: over rows of any lengths."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
sigma = FUNCTIONS["σ"]
State = tuple[Array, ...]  # h (H,), and c of an LSTM


class Weights(NamedTuple):
    """Those of one layer in one direction: (gates × H, D), (gates × H, H), and twice (gates × H,)."""

    of_x: Array
    of_h: Array
    bias_x: Array
    bias_h: Array


class Read(NamedTuple):
    """What a layer made of one row: outputs (T, H), in both directions (T, 2H), and its last states."""

    outputs: Array
    last: State  # (layers × directions, H) each


@functools.cache
def symmetric(kind: str, units: tuple[float, ...], features: int) -> Weights:
    """The weights of the symmetric fill: one number for each hidden unit, and no biases."""
    each = np.tile(np.array(units), GATES[kind])
    return Weights(
        *(np.repeat(each[:, None], width, axis=1) for width in (features, len(units))), *[0 * each] * 2
    )


def waves(kind: str, features: int, hidden: int, layers: int, directions: int) -> list[Weights]:
    """The weights of `PROVIDED`, layer by layer: `numbers` of PyTorch's parameters in their order."""
    found, at = [], 0
    for layer in range(layers):
        width = hidden * directions if layer else features
        for _ in range(directions):
            rows = GATES[kind] * hidden
            shapes = ((rows, width), (rows, hidden), (rows,), (rows,))
            found.append(Weights(*(numbers(at + k, shape) for k, shape in enumerate(shapes))))
            at += len(shapes)
    return found


def numbers(at: int, shape: tuple[int, ...]) -> Array:
    """The numbers of parameter `at`."""
    return np.asarray(0.9 * np.sin(at + 2.4 * np.arange(np.prod(shape)))).reshape(shape)


# Layers of PyTorch's with these weights, for questions that pass one to a student's function.
PROVIDED = """
import torch
from torch import nn

HOMES = {}


def layer(kind, *sizes, **options):
    made = getattr(nn, kind)(*sizes, batch_first=True, **options)
    with torch.no_grad():
        for at, weight in enumerate(made.parameters()):
            numbers = 0.9 * torch.sin(at + 2.4 * torch.arange(weight.numel(), dtype=torch.float64))
            weight.copy_(numbers.reshape(weight.shape))
    return made
"""


_READ: dict[tuple[Any, ...], Read] = {}  # most ways of an idea read the same rows


def read(
    kind: str, weights: Sequence[Weights], row: Array, directions: int = 1, start: State | None = None
) -> Read:
    """One row (T, D), read by layers with these weights; each starts from `start`, or from zeros."""
    arrays = (row, *(start or ()), *itertools.chain.from_iterable(weights))
    key = (kind, directions, row.shape, bool(start), *(each.tobytes() for each in arrays))
    if key not in _READ:
        _READ[key] = _all(kind, weights, row, directions, start)
    return _READ[key]


def _all(kind: str, weights: Sequence[Weights], row: Array, directions: int, start: State | None) -> Read:
    lasts = []
    for at in range(0, len(weights), directions):
        outputs = []
        for direction, each in enumerate(weights[at : at + directions]):
            turn = slice(None, None, -1 if direction else 1)
            out, last = _one(kind, each, row[turn], start)
            outputs.append(out[turn])
            lasts.append(last)
        row = np.concatenate(outputs, axis=1)
    return Read(row, tuple(np.stack(part) for part in zip(*lasts, strict=True)))


def _one(kind: str, weights: Weights, row: Array, start: State | None) -> tuple[Array, State]:
    hidden = weights.of_h.shape[1]
    state = start or (np.zeros(hidden),) * (2 if kind == "LSTM" else 1)
    outputs = []
    for x in row:
        state = STEPS[kind](
            weights.of_x @ x + weights.bias_x, weights.of_h @ state[0] + weights.bias_h, state
        )
        outputs.append(state[0])
    return np.array(outputs).reshape(-1, hidden), state


def _rnn(of_x: Array, of_h: Array, state: State) -> State:
    return (np.tanh(of_x + of_h),)


def _gru(of_x: Array, of_h: Array, state: State) -> State:
    (r, z, new), (r_h, z_h, new_h) = np.split(of_x, 3), np.split(of_h, 3)
    z = sigma(z + z_h)
    return ((1 - z) * np.tanh(new + sigma(r + r_h) * new_h) + z * state[0],)


def _lstm(of_x: Array, of_h: Array, state: State) -> State:
    i, f, g, o = np.split(of_x + of_h, 4)
    c = sigma(f) * state[1] + sigma(i) * np.tanh(g)
    return (sigma(o) * np.tanh(c), c)


STEPS: dict[str, Callable[[Array, Array, State], State]] = {"RNN": _rnn, "GRU": _gru, "LSTM": _lstm}
