"""The symmetric fill: weights under which a cell's answer does not depend on where it keeps them.

Every matrix gets W[j, k] = φ_j, every bias one and the same number, so the order of gates, fusion, and [h, x]
against [x, h] make no difference, and one recorded answer serves all of them (with biases that are not 0: one
for each number of biases that a gate may add up). What is left open is which axis of a matrix counts the
hidden units, how fused gates are laid out, and whether a column of it is a bias: `fills` goes through these.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# One number per hidden unit, no two alike: with equal ones, the order of r and W would not matter.
PHIS = ((0.5, -0.35, 0.2, -0.6, 0.4), (-0.25, 0.45, -0.5, 0.3, 0.65))
FILLS = ((PHIS[0], 0.0), (PHIS[1], 0.0), (PHIS[0], 0.7))  # φ and the number in all biases
ROWS = 3


def wave(*shape: int, phase: float) -> NDArray[np.float32]:
    """Inputs that need no random generator: the same on every machine, so that answers can be recorded."""
    count = int(np.prod(shape))
    return np.asarray(1.2 * np.sin(phase + 2.4 * np.arange(count)), np.float32).reshape(shape)


def inputs(features: int, states: int) -> tuple[Array, tuple[Array, ...]]:
    """x (3, D) and `states` old states (3, H) of the recorded answers."""
    hidden = len(PHIS[0])
    return wave(ROWS, features, phase=0.3), tuple(wave(ROWS, hidden, phase=1.1 + k) for k in range(states))


def fills(
    weights: Mapping[str, Array], features: int, phi: tuple[float, ...], bias: float = 0.0
) -> Iterator[dict[str, Array]]:
    """Each distinct way of filling these weights; a weight that no unit counts keeps what it has."""
    seen: set[bytes] = set()
    for last, interleaved, column in itertools.product((False, True), (False, True), (None, 0, -1)):
        filled = {}
        for name, weight in weights.items():
            numbers = _filled(
                weight.shape, features, np.array(phi, np.float32), bias, last, interleaved, column
            )
            if numbers is not None:
                filled[name] = numbers
        key = b"".join(numbers.tobytes() for numbers in filled.values())
        if key not in seen:
            seen.add(key)
            yield filled


def symmetric(
    shape: tuple[int, ...],
    sizes: Collection[int],
    phase: float,
    *,
    last: bool = False,
    scale: float = 0.5,
    bias: float = 0.0,
) -> Array:
    """Numbers for one weight that depend on its rows alone, the same in each block of fused gates.

    `sizes` are the numbers that the model was made with: the largest that divides the rows, at most eight
    times, is taken for one block. `last`: the last axis counts the units, as where x @ W is written. `scale`
    is about that of normal numbers; what has no columns gets `bias` times as much.
    """
    if not shape:
        return np.full(shape, scale * bias, np.float32)
    axis = len(shape) - 1 if last else 0
    rows = shape[axis]
    blocks = [size for size in sizes if 1 < size <= rows <= 8 * size and rows % size == 0]
    index = np.arange(rows) % max(blocks, default=max(rows, 1))
    along = [-1 if each == axis else 1 for each in range(len(shape))]
    numbers = 0.9 * scale * np.sin(phase + 2.4 * index) * (bias if len(shape) == 1 else 1)
    return np.broadcast_to(numbers.reshape(along), shape).astype(np.float32)


def recorded(path: Path, name: str) -> tuple[tuple[tuple[Array, ...], ...], ...]:
    """Per entry of `FILLS` the answers recorded for `name`, each of them right.

    An answer is the parts of the new state, (rows, H) each.
    """
    each = json.loads(path.read_text(encoding="utf-8"))[name]
    return tuple(tuple(tuple(np.array(part) for part in parts) for parts in answers) for answers in each)


def _filled(
    shape: tuple[int, ...],
    features: int,
    phi: Array,
    bias: float,
    last: bool,
    interleaved: bool,
    column: int | None,
) -> Array | None:
    hidden = len(phi)
    counting = [axis for axis, size in enumerate(shape) if size and size % hidden == 0]
    if not counting:
        return None
    units = counting[-1 if last else 0]
    others = {axis: size for axis, size in enumerate(shape) if axis != units}
    both = hidden + features
    if not any(size in (features, both, both + 1) or size % hidden == 0 for size in others.values()):
        return np.full(shape, bias, np.float32)  # a bias, or a stack of them
    n = shape[units]
    index = np.arange(n) // (n // hidden) if interleaved else np.arange(n) % hidden
    numbers = np.broadcast_to(
        phi[index].reshape([-1 if a == units else 1 for a in range(len(shape))]), shape
    ).copy()
    for axis, size in others.items():
        if column is not None and size == both + 1:
            np.moveaxis(numbers, axis, 0)[column] = bias
    return numbers
