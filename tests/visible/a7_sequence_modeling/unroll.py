"""The loop judged with the student's own cell: fold that cell over time and compare (a wrong cell costs
nothing here).

The cell is found inside the model by the names of its weights: wherever all names of a cell on its own appear
again behind one prefix, with the same shapes, there is a layer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.expect import expect

Array = NDArray[Any]

CELLS = {"rnn": "VanillaRNNCell", "lstm": "LSTMCell", "gru": "GRUCell"}


class Layer(NamedTuple):
    """One layer of a model: its input size, its weights under the names of a single cell, and what stands
    before those.
    """

    size: int
    prefix: str
    weights: dict[str, Array]


def layers(student: Any, model: Any, kind: str, features: int, hidden: int, count: int) -> list[Layer] | None:
    """The layers of `model` that are the student's own cells, the one that reads the input first; None if not
    found.
    """
    inside = student.weights(model)
    found: dict[bytes, Layer] = {}
    for size in dict.fromkeys((features, hidden) if count > 1 else (features,)):
        alone = {
            name: np.shape(weight)
            for name, weight in student.weights(_cell(student, kind, size, hidden)).items()
        }
        if not alone:
            return None
        suffix = next(iter(alone))
        for name in inside:
            prefix = name[: len(name) - len(suffix)]
            if name != prefix + suffix or (prefix and not prefix.endswith(".")):
                continue
            if all(
                prefix + own in inside and np.shape(inside[prefix + own]) == s for own, s in alone.items()
            ):
                weights = {own: np.asarray(inside[prefix + own]) for own in alone}
                found.setdefault(
                    b"".join(w.tobytes() for w in weights.values()), Layer(size, prefix, weights)
                )
    if len(found) != count or sum(layer.size == features for layer in found.values()) != 1:
        return None
    return sorted(found.values(), key=lambda layer: layer.size != features)


def orders(found: list[Layer]) -> Iterator[tuple[Layer, ...]]:
    """The orders in which the layers may be stacked: the first is known by its input size."""
    for rest in itertools.permutations(found[1:]):
        yield (found[0], *rest)


def fold(student: Any, kind: str, layer: Layer, x: Array, hidden: int, forget: bool = False) -> Array:
    """The student's own cell over all steps of x (B, T, D), from zeros: its states (B, T, H).

    `forget`: the second part of the state is zero again at every step, as in a loop that does not carry it.
    """
    cell = _cell(student, kind, layer.size, hidden)
    student.load(cell, layer.weights)
    state = [np.zeros((len(x), hidden), np.float32)] * (2 if kind == "lstm" else 1)
    states = []
    for t in range(x.shape[1]):
        state = _step(student, kind, cell, x[:, t], state)
        states.append(state[0])
        if forget:
            state = [state[0], np.zeros_like(state[0])]
    return np.stack(states, axis=1)


def _cell(student: Any, kind: str, size: int, hidden: int) -> Any:
    cell = student.new(CELLS[kind], size, hidden)
    zeros = [np.zeros((2, hidden), np.float32)] * (2 if kind == "lstm" else 1)
    _step(student, kind, cell, np.zeros((2, size), np.float32), zeros)  # lazy layers take their shapes now
    return cell


def _step(student: Any, kind: str, cell: Any, x: Array, state: list[Array]) -> list[Array]:
    got = student.call(cell, x, tuple(state) if kind == "lstm" else state[0])
    names = [f"{CELLS[kind]}'s new {which} state" for which in ("hidden", "cell")[: len(state)]]
    clean = expect(got, *names, axes="BH").to_be_shaped(*(part.shape for part in state))
    return list(clean) if isinstance(clean, tuple) else [clean]
