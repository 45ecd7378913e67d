"""What the loss of language models is, and what code computes that goes its own way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array, Value
from tests.harness.equations.language_provided import cross_entropy, softmax
from tests.harness.equations.making import Clause, Idea

CHECKS = {"training::loss_*": ["lm_loss"]}


def wave(*shape: int, phase: float, scale: float = 2.0) -> Array:
    """Numbers that are all different."""
    return np.round(scale * np.sin(phase + 2.4 * np.arange(math.prod(shape))), 2).reshape(shape)


class Scored(NamedTuple):
    """Logits (B, T, V), targets (B, T), and what else the loss is given."""

    logits: Array
    targets: Array
    options: Mapping[str, Any]


PAIRS: dict[str, Clause] = {
    "each": "",
    "turned": (
        "the logits are viewed as (V, N) and then turned, so no row of them belongs to its target",
        "What does reshape do with the order of the numbers?",
    ),
    "columns": (
        "the targets are flattened column by column and the logits row by row",
        "Which target is number 1 of the flat ones, and which logits are?",
    ),
    "last step": ("only the last step is scored", "How many predictions does a sequence of T tokens give?"),
    "first step": ("only the first step is scored", "How many predictions does a sequence of T tokens give?"),
    "shifted": (
        "the targets are moved by one more step",
        "Is the target of a step still to be found, or does the loader bring it?",
    ),
    "without first": ("the first step is left out", "Which steps have a target?"),
    "without last": ("the last step is left out", "Which steps have a target?"),
}
SCORES: dict[str, Clause] = {
    "raw": "",
    "softmax": (
        "a softmax comes before the cross-entropy",
        "What does cross-entropy do with the scores itself?",
    ),
    "sigmoid": (
        "a sigmoid comes before the cross-entropy",
        "What does cross-entropy do with the scores itself?",
    ),
    "negative": ("the logits have the other sign", "Which words get a high probability?"),
    "zeroed": (
        "the logits at ignored targets are set to zero, and these targets still count",
        "What is the loss of a word when all scores are the same?",
    ),
}
KINDS: dict[str, Clause] = {
    "nats": "",
    "bits": ("the loss is measured in bits", "Which logarithm is in the cross-entropy?"),
    "smoothed": ("the labels are smoothed by 0.1", "How much of the probability should the target have?"),
    "likelihood": (
        "the probability of the target stands where its logarithm should be",
        "What does cross-entropy take of the probability?",
    ),
    "perplexity": (
        "exp of the loss comes back",
        "Which of the two is asked for, the loss or the perplexity?",
    ),
    "sign": (
        "the loss has the other sign",
        "Is the loss of a sure and right guess the smallest or the largest?",
    ),
}
WHICH = "Where does ignore_index go, and what is its default?"
COUNTS: dict[str, Clause] = {
    "real": "",
    "all": ("targets equal to ignore_index count, too", WHICH),
    "not 0": ("targets equal to 0 are left out, whatever ignore_index is", WHICH),
    "default": ("targets equal to 0 count when no ignore_index is given", WHICH),
    "ignored": ("only the targets equal to ignore_index count", WHICH),
}
HOW = "Where does the argument reduction go, and by how much is a mean divided?"
REDUCES: dict[str, Clause] = {
    "as asked": "",
    "mean": ("the losses are always averaged, whatever reduction says", HOW),
    "sum": ("the losses are always added up, whatever reduction says", HOW),
    "exchanged": ('"sum" and "mean" are exchanged', HOW),
    "all": ("the mean is divided by the number of all targets, ignored ones, too", HOW),
    "rows": ("the mean is taken in each row first, then over the rows", HOW),
    "B": ("the mean is divided by the number of rows", HOW),
    "T": ("the mean is divided by the number of steps", HOW),
    "none": ("the loss of each token comes back", HOW),
    "none, in rows": ("the loss of each token comes back", HOW),
}


def lm_loss(
    case: Scored,
    pairs: str = "each",
    scores: str = "raw",
    kind: str = "nats",
    counts: str = "real",
    reduces: str = "as asked",
) -> Value:
    logits, targets, options = case
    ignored, reduction = options.get("ignore_index", 0), options.get("reduction", "mean")
    left_out = {"all": -1, "not 0": 0, "default": options.get("ignore_index", -1)}.get(counts, ignored)
    if scores == "zeroed":
        logits, left_out = logits * (targets != ignored)[..., None], -1
    logits = {
        "softmax": softmax,
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "negative": lambda a: -a,
    }.get(scores, lambda a: a)(logits)
    logits, targets = paired(pairs, logits, targets)
    counted = targets != left_out if counts != "ignored" else targets == ignored
    each = losses(kind, logits, targets) * counted
    reduced = reduce(each, counted, reduces, reduction)
    return np.exp(reduced) if kind == "perplexity" else -reduced if kind == "sign" else reduced


def paired(pairs: str, logits: Array, targets: Array) -> tuple[Array, Array]:
    """The logits that are scored with the targets."""
    parts = {
        "last step": (slice(-1, None), slice(-1, None)),
        "first step": (slice(1), slice(1)),
        "shifted": (slice(-1), slice(1, None)),
        "without first": (slice(1, None), slice(1, None)),
        "without last": (slice(-1), slice(-1)),
    }
    if pairs in parts:
        of_logits, of_targets = parts[pairs]
        return logits[:, of_logits], targets[:, of_targets]
    if pairs == "turned":
        return logits.reshape(logits.shape[-1], -1).T.reshape(logits.shape), targets
    return logits, targets.T.reshape(targets.shape) if pairs == "columns" else targets


def losses(kind: str, logits: Array, targets: Array) -> Array:
    each = cross_entropy(logits, targets)
    if kind == "bits":
        return each / np.log(2)
    if kind == "smoothed":
        return 0.9 * each - 0.1 * np.log(softmax(logits)).mean(-1)
    if kind == "likelihood":
        return -np.exp(-each)
    return each


def reduce(each: Array, counted: Array, reduces: str, reduction: str) -> Value:
    if reduces in ("mean", "sum"):
        reduction = reduces
    if reduces == "exchanged":
        reduction = "sum" if reduction == "mean" else "mean"
    if reduces.startswith("none"):
        return each if "rows" in reduces else each.ravel()
    if reduction == "sum":
        return each.sum()
    if reduces == "rows":
        return (each.sum(1) / np.maximum(1, counted.sum(1))).mean()
    return each.sum() / {"all": each.size, "B": len(each), "T": each.shape[1]}.get(reduces, counted.sum())


def scored(words: int, targets: Sequence[Sequence[int]], phase: float, **options: Any) -> Scored:
    numbers = np.array(targets)
    return Scored(wave(*numbers.shape, words, phase=phase), numbers, options)


def ask_loss(case: Scored) -> dict[str, Any]:
    args = [{"float": case.logits.tolist()}, {"int": case.targets.tolist()}]
    return {"call": "lm_loss", "args": args, "kwargs": dict(case.options)}


IDEAS = {
    "lm_loss": Idea(
        answer=lm_loss,
        choices={"pairs": PAIRS, "scores": SCORES, "kind": KINDS, "counts": COUNTS, "reduces": REDUCES},
        ask=ask_loss,
        cases=[
            scored(5, [[1, 3, 4], [0, 0, 2]], 2.2),
            scored(4, [[0, 2], [3, 1], [2, 3]], 0.6, ignore_index=2, reduction="sum"),
        ],
        fresh=[
            scored(6, [[5, 1, 0, 4, 2], [3, 3, 2, 0, 0], [1, 0, 0, 0, 0]], 2.6),
            scored(5, [[4, 4, 0], [1, 2, 3]], 0.9, ignore_index=4, reduction="sum"),
            scored(5, [[1, 0, 2, 3]], 5.1, ignore_index=3),
            scored(3, [[0, 2, 1], [1, 0, 2]], 4.3, reduction="sum"),
        ],
    ),
}
