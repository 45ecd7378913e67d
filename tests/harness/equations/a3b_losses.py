"""The loss per token of assignment 3B, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, alone

CHECKS = {"autoregressive::loss_*": ["token_loss"]}
softmax = FUNCTIONS["softmax"]


class Scored(NamedTuple):
    """Logits (B, T, V), targets (B, T), and the id of padding."""

    logits: Array
    targets: Array
    pad: int


def token_loss(
    case: Scored, per: str = "real / real", pairs: str = "each", score: str = "raw", kind: str = "nats"
) -> Any:
    logits, targets, pad = case
    if pairs == "viewed":
        logits = logits.reshape(len(logits), logits.shape[2], -1).swapaxes(1, 2)
    if pairs == "turned":
        logits = logits.swapaxes(0, 1).reshape(logits.shape)
    if pairs in ("shifted", "last"):
        logits = logits[:, :-1] if pairs == "shifted" else logits[:, -1:]
        targets = targets[:, 1:] if pairs == "shifted" else targets[:, -1:]
    logits = {
        "softmax": softmax,
        "over time": lambda a: np.exp(a) / np.exp(a).sum(1, keepdims=True),
        "negative": lambda a: -a,
    }.get(score, lambda a: a)(logits)
    each = _each(kind, logits, targets)
    real, everything = targets != pad, np.ones(targets.shape, bool)
    total, whole = (each * real).sum(), each.sum()
    return {
        "real / real": lambda: total / real.sum(),
        "all / all": lambda: whole / targets.size,
        "real / all": lambda: total / targets.size,
        "all / real": lambda: whole / real.sum(),
        "not 0": lambda: (each * (targets != 0)).sum() / (targets != 0).sum(),
        "real / not 0": lambda: total / (targets != 0).sum(),
        "real / above": lambda: total / (targets > pad).sum(),
        "real / rows": lambda: total / len(targets),
        "all / rows": lambda: whole / len(targets),
        "real / steps": lambda: total / targets.shape[1],
        "real": lambda: total,
        "all": lambda: whole,
        "rows": lambda: ((each * real).sum(1) / real.sum(1)).mean(),
        "real / pad": lambda: total / (~real).sum(),
        "pad / pad": lambda: (each * ~real).sum() / (~real).sum(),
        "times": lambda: total * real.sum(),
        "times, all": lambda: whole * real.sum(),
        "twice": lambda: total / real.sum() ** 2,
        "twice, all": lambda: whole / targets.size / real.sum(),
        "mask": lambda: total / real,
        "each": lambda: each * real,
        "each of all": lambda: each * everything,
        "flat": lambda: (each * real).ravel(),
    }[per]()


def _each(kind: str, logits: Array, targets: Array) -> Array:
    at = np.arange(logits.shape[2]) == targets[..., None]
    chances = softmax(logits)
    logs = np.log(chances)
    return np.asarray(
        {
            "nats": -(logs * at).sum(-1),
            "bits": -(logs * at).sum(-1) / np.log(2),
            "sign": (logs * at).sum(-1),
            "raw": -(logits * at).sum(-1),
            "chance": -(chances * at).sum(-1),
            "smoothed": -(logs * (0.9 * at + 0.1 / logits.shape[2])).sum(-1),
        }[kind]
    )


PER = "Which losses are in the sum, and how many tokens is it divided by?"
PAIR = "Which scores meet which target?"
WHAT = "What does cross_entropy do with scores itself?"
LOSS: dict[str, dict[Any, Clause]] = {
    "per": {
        "real / real": "",
        "all / all": "",
        "real / all": ("padding is left out of the sum, but not of the number it is divided by", PER),
        "all / real": ("padding is in the sum, but not in the number it is divided by", PER),
        "not 0": ("the id that is left out is 0, whatever pad is", PER),
        "real / not 0": ("the number of tokens leaves out 0, whatever pad is", PER),
        "real / above": ("the number of tokens leaves out every id up to pad", PER),
        "real / rows": ("the sum is divided by the number of rows", PER),
        "all / rows": ("padding is in the sum, and that is divided by the number of rows", PER),
        "real / steps": ("the sum is divided by the number of steps", PER),
        "real": ("the sum is not divided", PER),
        "all": ("padding is in the sum, and that is not divided", PER),
        "rows": ("each row is averaged first, so short rows count more", PER),
        "real / pad": ("the sum is divided by the number of paddings", PER),
        "pad / pad": ("only padding is scored", PER),
        "times": ("the sum is multiplied by the number of tokens", PER),
        "times, all": ("padding is in the sum, and that is multiplied by the number of tokens", PER),
        "twice": ("the mean is divided by the number of tokens once more", PER),
        "twice, all": ("the mean over all, padding included, is divided by the number of tokens", PER),
        "mask": ("the sum is divided by the mask, not by a number", PER),
        "each": ("a loss for each token comes back", PER),
        "each of all": ("a loss for each token comes back, of padding, too", PER),
        "flat": ("a loss for each token comes back, in one vector", PER),
    },
    "pairs": {
        "each": "",
        "viewed": ("the axes are rearranged with view or reshape, which moves no number", PAIR),
        "turned": ("logits and targets are flattened in different orders of their axes", PAIR),
        "shifted": ("the targets are shifted once more", PAIR),
        "last": ("only the last step is scored", PAIR),
    },
    "score": {
        "raw": "",
        "softmax": ("a softmax comes before the cross-entropy", WHAT),
        "over time": ("a softmax over time comes before the cross-entropy", WHAT),
        "negative": ("the scores have the other sign", WHAT),
    },
    "kind": {
        "nats": "",
        "bits": ("the loss is measured in bits", WHAT),
        "sign": ("the loss has the other sign", "Does the loss fall when the model improves?"),
        "raw": ("the scores are taken for logarithms of probabilities", WHAT),
        "chance": ("the probability stands where its logarithm should be", WHAT),
        "smoothed": ("the targets are smoothed by 0.1", WHAT),
    },
}


def ask_loss(case: Scored) -> dict[str, Any]:
    args = [{"float": case.logits.tolist()}, {"int": case.targets.tolist()}, case.pad]
    return {"call": "token_loss", "args": args}


def scored(words: int, targets: Sequence[Sequence[int]], pad: int, phase: float) -> Scored:
    numbers = np.array(targets)
    logits = np.round(1.6 * np.sin(phase + 2.4 * np.arange(numbers.size * words)), 2)
    return Scored(logits.reshape(*numbers.shape, words), numbers, pad)


IDEAS = {
    "token_loss": Idea(
        answer=token_loss,
        choices=LOSS,
        ask=ask_loss,
        senseless=alone(
            per=("real / steps", "all / rows", "flat", "each of all", "pad / pad", "real / above", "rows"),
            pairs=("last",),
            kind=("bits", "smoothed", "chance"),
        ),
        cases=[
            scored(6, [[1, 3, 4, 2, 5], [2, 5, 0, 0, 0], [4, 1, 3, 0, 0]], 0, 0.4),
            scored(5, [[0, 4, 1, 2], [1, 0, 2, 2]], 2, 1.9),
        ],
        fresh=[
            scored(7, [[5, 1, 0, 6], [3, 3, 4, 0], [1, 2, 0, 0], [6, 2, 5, 1], [4, 0, 0, 0]], 0, 2.6),
            scored(4, [[3, 0, 2, 1, 2, 1], [2, 3, 0, 1, 1, 1]], 1, 0.9),
        ],
    ),
}
