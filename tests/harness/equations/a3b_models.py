"""What assignment 3B's MLP scores, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea

CHECKS = {"classifiers::mlp_*": ["MLPClassifier"]}


class Reviews(NamedTuple):
    """Tokens (B, T), numbers of the words, of the hidden units and of the classes, and that of all biases."""

    tokens: Array
    words: Sequence[float]
    features: int
    units: Sequence[float]
    classes: Sequence[float]
    bias: float


def mlp(case: Reviews, phi: str = "ReLU", pool: str = "max", score: str = "raw") -> Array:
    units = np.array(case.units)
    embedded = np.array(case.words)[case.tokens][..., None]  # alike in all dimensions
    summed = case.features * embedded * units + case.bias
    act = {
        "sigmoid": FUNCTIONS["σ"],
        "absolute": np.abs,
        "leaky": lambda a: np.where(a > 0, a, 0.01 * a),
    }.get(phi) or FUNCTIONS[phi]
    hidden = act(summed)
    return pooled_and_scored(case, hidden, pool, score)


def pooled_and_scored(case: Reviews, hidden: Array, pool: str, score: str) -> Array:
    """The logits (B, C) of hidden states (B, T, H)."""
    if score == "projected first":
        hidden = hidden.sum(-1, keepdims=True) * np.array(case.classes) + case.bias
    pooled = {
        "max": lambda: hidden.max(1),
        "min": lambda: hidden.min(1),
        "mean": lambda: hidden.mean(1),
        "sum": lambda: hidden.sum(1),
        "none": lambda: hidden,
        "last": lambda: hidden[:, -1],
        "first": lambda: hidden[:, 0],
        "without last": lambda: hidden[:, :-1].max(1),
        "rows": lambda: hidden.max(0),
        "units": lambda: hidden.max(2),
        "magnitude": lambda: np.take_along_axis(hidden, np.abs(hidden).argmax(1)[:, None], 1)[:, 0],
    }[pool]()
    if score in ("projected first", "none"):
        return pooled
    if pool == "units":
        raise ValueError("the last layer reads one number for each unit")
    logits = pooled.sum(-1, keepdims=True) * np.array(case.classes) + case.bias
    shares = np.exp(logits)
    return {
        "raw": lambda: logits,
        "softmax": lambda: shares / shares.sum(1, keepdims=True),
        "log softmax": lambda: logits - np.log(shares.sum(1, keepdims=True)),
        "over rows": lambda: shares / shares.sum(0),
        "ReLU": lambda: np.maximum(logits, 0),
        "class": lambda: logits.argmax(1),
    }[score]()


POOL = "What does a global max pool keep of each hidden unit?"
LAYER = "Which layers does the table have, and in which order?"
LOGITS = "What does F.cross_entropy expect?"
POOLS: dict[Any, Clause] = {
    "max": "",
    "min": ("the minimum over time is taken", POOL),
    "mean": ("the mean over time is taken", POOL),
    "sum": ("the sum over time is taken", POOL),
    "last": ("the last step is taken, not the maximum over all", POOL),
    "first": ("the first step is taken, not the maximum over all", POOL),
    "without last": ("the last step does not take part in the maximum", POOL),
    "units": ("the maximum is taken over the units of each step", POOL),
    "rows": ("the maximum is taken over the batch", "Which axis counts the reviews?"),
    "magnitude": ("the value with the largest absolute value is taken", POOL),
}
SCORES: dict[Any, Clause] = {
    "raw": "",
    "projected first": ("the projection comes before the pool", LAYER),
    "none": ("the pooled numbers come back, without the last layer", LAYER),
    "softmax": ("softmax is applied inside the model", LOGITS),
    "log softmax": ("log_softmax is applied inside the model", LOGITS),
    "over rows": ("softmax is applied over the batch", LOGITS),
    "ReLU": ("a ReLU is applied to the scores", LOGITS),
    "class": ("the predicted class comes back, not the scores", LOGITS),
}
MLP: dict[str, dict[Any, Clause]] = {
    "phi": {
        "ReLU": "",
        "": ("there is no ReLU before the pool", LAYER),
        "tanh": ("a tanh stands where the ReLU belongs", LAYER),
        "sigmoid": ("a sigmoid stands where the ReLU belongs", LAYER),
        "leaky": ("a leaky ReLU stands where the ReLU belongs", LAYER),
        "absolute": ("the absolute value stands where the ReLU belongs", LAYER),
    },
    "pool": POOLS,
    "score": SCORES,
}


def ask_for(name: str) -> Callable[[Reviews], dict[str, Any]]:
    def ask(case: Reviews) -> dict[str, Any]:
        words, classes = list(case.words), list(case.classes)
        return {
            "new": [name, len(words), case.features, len(case.units), len(classes)],
            "weights": {
                "units": list(case.units),
                "biases": case.bias,
                "features": case.features,
                "along": {str(len(words)): words, str(len(classes)): classes},
                "larger": [23, 16, 19, 12],
            },
            "args": [{"int": case.tokens.tolist()}],
        }

    return ask


WORDS = (0.2, 0.7, -0.9, 0.4, -0.3, 1.1, -0.6, 0.9, -1.2)
IDEAS = {
    "MLPClassifier": Idea(
        answer=mlp,
        choices=MLP,
        ask=ask_for("MLPClassifier"),
        cases=[
            Reviews(
                np.array([[2, 1, 5, 4, 6], [3, 4, 2, 6, 1]]),
                WORDS[:7],
                2,
                (0.5, -0.8, 0.3),
                (0.9, -0.4, 0.6, -0.7),
                0.0,
            ),
            Reviews(
                np.array([[5, 2, 4, 1], [4, 6, 2, 3], [6, 1, 2, 4]]),
                WORDS[:7],
                2,
                (0.4, -0.6, 0.9),
                (-0.5, 0.8, 0.3, 0.6),
                1.25,  # so much that many units are on at every word, and no minimum is 0 of itself
            ),
        ],
        fresh=[
            Reviews(
                np.array([[7, 2, 8, 4, 1, 5], [3, 8, 2, 6, 1, 4]]),
                WORDS,
                5,
                (0.3, -0.7),
                (0.6, -0.9, 0.4),
                0.2,
            ),
        ],
    ),
}
