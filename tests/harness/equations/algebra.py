"""Equations that are written once, and worked out as numbers or as words.

A function of `Numbers` or `Words` says what code computes: `let("z_t", activate("σ", of("z", h, x)))`. With
`Numbers` it gives arrays, with `Words` its lines ("z_t = σ(W_z [h_{t-1}, x_t])").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
SUM, PRODUCT, ATOM = range(3)  # how tightly a text holds together


@dataclass(frozen=True)
class Said:
    """An expression as text."""

    text: str
    binds: int = ATOM

    def inside(self, binds: int) -> str:
        return self.text if self.binds >= binds else f"({self.text})"

    def __add__(self, other: Said | int) -> Said:
        return Said(f"{self.text} + {said(other).text}", SUM)

    def __radd__(self, other: int) -> Said:
        return said(other) + self

    def __sub__(self, other: Said | int) -> Said:
        return Said(f"{self.text} − {said(other).inside(PRODUCT)}", SUM)

    def __rsub__(self, other: int) -> Said:
        return said(other) - self

    def __mul__(self, other: Said) -> Said:
        return Said(f"{self.inside(PRODUCT)} ⊙ {other.inside(PRODUCT)}", PRODUCT)

    def __truediv__(self, other: Said) -> Said:
        return Said(f"{self.inside(PRODUCT)} / {other.inside(ATOM)}", PRODUCT)


def said(value: Said | int) -> Said:
    return value if isinstance(value, Said) else Said(str(value))


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "σ": lambda a: np.asarray(1 / (1 + np.exp(-a))),
    "tanh": np.tanh,
    "": lambda a: a,
    "ReLU": lambda a: np.asarray(np.maximum(a, 0)),
    "softmax": lambda a: np.asarray(np.exp(a) / np.exp(a).sum(-1, keepdims=True)),
}


def activate(function: str, inside: Any) -> Any:
    """A function of FUNCTIONS around an expression; "" leaves it alone."""
    if not isinstance(inside, Said):
        return FUNCTIONS[function](inside)
    return Said(f"{function}({inside.text})") if function else inside


@dataclass(frozen=True)
class Case:
    """One step: x (B, D), the parts of the old state (B, H), and the weights.

    `weights` are W (H, H + D) by gate, for [h, x]; without them all are filled symmetrically: W[j, k] is
    `units[j]`, for every gate.
    """

    x: Array
    state: tuple[Array, ...]
    units: Array
    weights: Mapping[str, Array] = field(default_factory=dict)


class Numbers:
    """The expressions of a case as arrays."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.x, self.state = case.x, case.state

    def of(self, gate: str, h: Array | None, x: Array | None) -> Array:
        """W_gate [h, x]; None stands for what is not read."""
        case = self._case
        h = np.zeros_like(case.state[0]) if h is None else h
        x = np.zeros_like(case.x) if x is None else x
        if case.weights:
            return np.asarray(np.concatenate([h, x], axis=1) @ case.weights[gate].T)
        return np.asarray((h.sum(1) + x.sum(1))[:, None] * case.units)

    def let(self, name: str, value: Array) -> Array:
        return value


class Words:
    """The expressions of a cell as texts; `lines` are the equations in their order."""

    def __init__(self, state: Sequence[str]) -> None:
        self.x, self.state = Said("x_t"), tuple(map(Said, state))
        self.lines: dict[str, str] = {}

    def of(self, gate: str, h: Said | None, x: Said | None) -> Said:
        inside = ", ".join(part.text for part in (h, x) if part is not None)
        weights = f"W_{gate}" if gate else "W"
        return Said(f"{weights} [{inside}]" if h and x else f"{weights} {(h or x or Said('0')).inside(ATOM)}")

    def let(self, name: str, value: Said) -> Said:
        self.lines[name] = value.text
        return Said(name)


def equation(cell: Callable[..., Any], state: Sequence[str]) -> Callable[..., str]:
    """The lines of a way of a cell that are other ones than the handout's; "" where none is."""

    def lines(**way: Any) -> dict[str, str]:
        words = Words(state)
        cell(words, **way)
        return words.lines

    def changed(**way: Any) -> str:
        right = lines()
        return " and ".join(
            f"{name} = {text}" for name, text in lines(**way).items() if right.get(name) != text
        )

    return changed


def case(rows: int, features: int, units: Sequence[float], states: int, phase: float) -> Case:
    """A case whose numbers are all different, and none of them 0 or 1."""

    def wave(width: int, shift: float) -> Array:
        return np.round(1.1 * np.sin(phase + shift + 2.4 * np.arange(rows * width)), 2).reshape(rows, width)

    parts = tuple(wave(len(units), 1.3 * k + 0.7) for k in range(states))
    return Case(wave(features, 0.0), parts, np.array(units))
