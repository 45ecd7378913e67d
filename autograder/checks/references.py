"""The cells of the handouts in float64, for hidden checks only: a visible check never imports this.

A formula sees its gates through `pre(gate, state)`, the pre-activation W_x x + W_h state + b of that gate. So
one text serves to evaluate a cell whose weights are known and to search for weights that are not
(layouts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Pre(Protocol):
    def __call__(self, gate: str, state: Array) -> Array: ...


class Weights(NamedTuple):
    """What one gate multiplies: x (H, D), h (H, H), and its bias b (H,)."""

    x: Array
    h: Array
    b: Array


def sigmoid(a: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(a))))


def rnn(pre: Pre, h: Array) -> Array:
    """h_t = tanh(W_h h_{t-1} + W_x x_t + b_h)."""
    return np.asarray(np.tanh(pre("h", h)))


def lstm(pre: Pre, h: Array, c: Array) -> tuple[Array, Array]:
    """C_t = f ⊙ C_{t-1} + i ⊙ C̃_t and h_t = o ⊙ tanh(C_t), with f, i, o = σ(W h' + b)."""
    c = sigmoid(pre("f", h)) * c + sigmoid(pre("i", h)) * np.tanh(pre("c", h))
    return sigmoid(pre("o", h)) * np.tanh(c), c


def gru(pre: Pre, h: Array) -> Array:
    """h_t = (1 - z) ⊙ h_{t-1} + z ⊙ tanh(W[r ⊙ h_{t-1}, x_t]): r before the matmul, z on the candidate."""
    z, r = sigmoid(pre("z", h)), sigmoid(pre("r", h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", r * h)))


CELLS: dict[str, Any] = {"rnn": rnn, "lstm": lstm, "gru": gru}


def step(kind: str, gates: Mapping[str, Weights], x: Array, *state: Array) -> Any:
    """One step of the cell `kind` on x (B, D) and its state (B, H) or (B, H), (B, H)."""
    x = np.asarray(x, np.float64)

    def pre(gate: str, at: Array) -> Array:
        w = gates[gate]
        return np.asarray(x @ w.x.T + at @ w.h.T + w.b)

    return CELLS[kind](pre, *(np.asarray(part, np.float64) for part in state))


def token_loss(logits: Array, targets: Array, pad: int = 0) -> tuple[float, Array]:
    """Mean cross-entropy over the targets that are not `pad`, and its gradient by the logits (B, T, V)."""
    scores = np.asarray(logits, np.float64)
    scores = scores - scores.max(-1, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    wanted = np.arange(scores.shape[-1]) == targets[..., None]
    real = (targets != pad)[..., None] / (targets != pad).sum()
    return float(-(log_probabilities * wanted * real).sum()), (np.exp(log_probabilities) - wanted) * real
