"""The student's own cell, folded over time: a loop held to it is judged whatever the cell computes.

The cell is found inside the model by the names of its weights: wherever all names of a cell on its own appear
again behind one prefix, with the same shapes, there is a layer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from autograder.checks import Array, Student, Thing
from tests.visible.a7_sequence_modeling.support.cells import Cell, H, parts


class Layer(NamedTuple):
    """One layer of a model: its input size, what stands before its names, and its weights as a cell's own."""

    size: int
    prefix: str
    weights: dict[str, Array]


def layers(student: Student, model: Thing, cell: Cell, features: int, count: int) -> list[Layer] | None:
    """The layers of `model` that are own cells, the one that reads the input first; None if not found."""
    inside = model.weights
    found: dict[bytes, Layer] = {}
    for size in dict.fromkeys((features, H) if count > 1 else (features,)):
        alone = {name: weight.shape for name, weight in _made(student, cell, size).weights.items()}
        if not alone:
            return None
        suffix = next(iter(alone))
        for name in inside:
            prefix = name.removesuffix(suffix)
            if name != prefix + suffix or (prefix and not prefix.endswith(".")):
                continue
            weights = {own: inside[prefix + own] for own in alone if prefix + own in inside}
            if {own: weight.shape for own, weight in weights.items()} == alone:
                numbers = b"".join(weight.tobytes() for weight in weights.values())
                found.setdefault(numbers, Layer(size, prefix, weights))
    if len(found) != count or sum(layer.size == features for layer in found.values()) != 1:
        return None
    return sorted(found.values(), key=lambda layer: layer.size != features)


def orders(found: list[Layer]) -> Iterator[tuple[Layer, ...]]:
    """The orders in which the layers may be stacked: the first is known by its input size."""
    for rest in itertools.permutations(found[1:]):
        yield (found[0], *rest)


def fold(student: Student, cell: Cell, layer: Layer, x: Array, forget: bool = False) -> Array:
    """The student's own cell over all steps of x (B, T, D), from zeros: its states (B, T, H).

    `forget`: the second part of the state is zero again at every step, as in a loop that does not carry it.
    """
    thing = _made(student, cell, layer.size)
    thing.load(layer.weights)
    state, states = cell.zeros(len(x)), []
    for t in range(x.shape[1]):
        state = cell.run(thing, x[:, t], state)
        states.append(parts(state)[0])
        if forget:
            state = (states[-1], np.zeros_like(states[-1]))
    return np.stack(states, axis=1)


def _made(student: Student, cell: Cell, size: int) -> Thing:
    thing = student.new(cell.name, size, H)
    cell.run(thing, np.zeros((2, size), np.float32), cell.zeros(2))  # lazy layers take their shapes now
    return thing
