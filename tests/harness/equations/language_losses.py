"""What loss and evaluation of language models compute, and what code computes that goes its own way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array, Value
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {
    "training::loss_*": ["lm_loss"],
    "training::evaluate_*": ["lm_loss", "evaluate"],
    "training::perplexity_*": ["lm_loss", "evaluate"],
}

# The grader's own model, which scores a token by its row of a table.
MODULE = "models_of_equations"
NAMES = ["Lookup"]
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Lookup(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.table = nn.Parameter(torch.as_tensor(table))

    def forward(self, x, state=None):
        return self.table[x], torch.zeros(len(x), 1)
"""


def wave(*shape: int, phase: float, scale: float = 2.0) -> Array:
    """Numbers that are all different."""
    return np.round(scale * np.sin(phase + 2.4 * np.arange(math.prod(shape))), 2).reshape(shape)


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def cross_entropy(scores: Array, targets: Array) -> Array:
    """−ln softmax(scores)[target], for each target."""
    return -np.log(np.take_along_axis(softmax(scores), targets[..., None], -1)[..., 0])


# ---- lm_loss


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


# ---- evaluate


class Read(NamedTuple):
    """The model's table (V, V), the batches, each x and y (B, T), and the padding."""

    table: Array
    batches: Sequence[tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]]]
    pad: int = 0


DIVIDED = "By how many is the sum of all losses divided, and which of them are tokens that count?"
AVERAGED: dict[str, Clause] = {
    "tokens": "",
    "batch means": ("the mean of the batches' means is taken", DIVIDED),
    "row weights": ("the batches' means are weighed by their numbers of rows, not of tokens", DIVIDED),
    "batches": ("the sum of the losses is divided by the number of batches", DIVIDED),
    "rows": ("the sum of the losses is divided by the number of rows", DIVIDED),
    "all": ("the sum of the losses is divided by the number of all targets, padding, too", DIVIDED),
    "not 0": ("targets other than 0 are counted, whatever pad_id is", DIVIDED),
    "of x": ("the tokens of x are counted, not those of y", DIVIDED),
    "padding": ("the sum of the losses is divided by the number of padded targets", DIVIDED),
    "means by tokens": ("the batches' means are added up and divided by the number of tokens", DIVIDED),
    "first batch": ("every batch is taken to have as many tokens as the first one", DIVIDED),
    "sum": ("the sum of the losses is not divided", DIVIDED),
    "means": ("the batches' means are added up and not divided", DIVIDED),
    "times": ("the sum of the losses is multiplied by the number of tokens", DIVIDED),
    "nothing": ("no loss is added to the sum", "Which line adds the loss of a batch?"),
}
ADDED: dict[str, Clause] = {
    "from 0": "",
    "one token": ("one token too many is counted", "From which number does the count start?"),
    "from 1": ("the sum of the losses starts from 1", "From which number does the sum start?"),
    "negative": ("the losses are subtracted", "Is a loss ever below 0?"),
}
BATCHES: dict[str, Clause] = {
    "all": "",
    "first": ("only the first batch is evaluated", "When does your function return?"),
    "last": ("only the last batch is evaluated", "When does the sum start from zero?"),
    "without first": ("the first batch is left out", "Which batches take part?"),
    "without last": ("the last batch is left out", "Which batches take part?"),
}
TARGETS: dict[str, Clause] = {
    "y": "",
    "x": ("the inputs are scored as targets", "Which token is to be guessed?"),
    "x, counted": ("the inputs are scored as targets", "Which token is to be guessed?"),
    "exchanged": ("inputs and targets are exchanged", "In which order does a loader give the two?"),
}
PADDING: dict[str, Clause] = {
    "pad": "",
    "none": ("the losses of padded targets are added, too", "Which losses belong to no token?"),
    "0": ("pad_id is not passed on to the loss", "Where does the argument pad_id go?"),
}
OF_THE_MEAN = "Exponential of what, to which base?"
PERPLEXITY: dict[str, Clause] = {
    "exp": "",
    "2": ("the perplexity is 2 to the power of the loss", OF_THE_MEAN),
    "10": ("the perplexity is 10 to the power of the loss", OF_THE_MEAN),
    "itself": ("the perplexity is the loss itself", OF_THE_MEAN),
    "minus": ("the perplexity is exp of minus the loss", OF_THE_MEAN),
    "of the sum": ("the perplexity is that of the summed losses", OF_THE_MEAN),
    "mean": ("the perplexity is the mean of the batches' perplexities", OF_THE_MEAN),
    "rounded": ("the perplexity is rounded to a whole number", OF_THE_MEAN),
}
ORDER = "Which two numbers does the docstring say come back, and in which order?"
RETURNS: dict[str, Clause] = {
    "both": "",
    "exchanged": ("perplexity and loss come back in the wrong order", ORDER),
    "perplexity": ("only the perplexity comes back", ORDER),
    "loss": ("only the loss comes back", ORDER),
    "lists": ("loss and perplexity come back as lists", ORDER),
}


def evaluate(
    case: Read,
    averaged: str = "tokens",
    added: str = "from 0",
    batches: str = "all",
    targets: str = "y",
    padding: str = "pad",
    perplexity: str = "exp",
    returns: str = "both",
) -> Value:
    part = {"first": slice(1), "last": slice(-1, None), "without first": slice(1, None)}
    some = case.batches[part.get(batches, slice(-1) if batches == "without last" else slice(None))]
    found = [_batch(case, np.array(x), np.array(y), targets, padding) for x, y in some]
    total = sum(each["sum"] for each in found) * (-1 if added == "negative" else 1) + (added == "from 1")
    means = [each["sum"] / each["scored"] for each in found]
    counts = {name: sum(each[name] for each in found) for name in found[0]}
    tokens = counts["tokens"] + (added == "one token")
    loss = {
        "tokens": lambda: total / tokens,
        "batch means": lambda: np.mean(means),
        "row weights": lambda: (
            sum(m * each["rows"] for m, each in zip(means, found, strict=True)) / counts["rows"]
        ),
        "batches": lambda: total / len(found),
        "rows": lambda: total / counts["rows"],
        "all": lambda: total / counts["all"],
        "not 0": lambda: total / counts["not 0"],
        "of x": lambda: total / counts["of x"],
        "padding": lambda: total / counts["padding"],
        "means by tokens": lambda: sum(means) / tokens,
        "first batch": lambda: total / (found[0]["tokens"] * len(found)),
        "sum": lambda: total,
        "means": lambda: sum(means),
        "times": lambda: total * tokens,
        "nothing": lambda: 0.0,
    }[averaged]()
    pp = {
        "exp": lambda: math.exp(loss),
        "2": lambda: 2**loss,
        "10": lambda: 10**loss,
        "itself": lambda: loss,
        "minus": lambda: math.exp(-loss),
        "of the sum": lambda: math.exp(total),
        "mean": lambda: np.mean(np.exp(means)),
        "rounded": lambda: float(round(math.exp(loss))),
    }[perplexity]()
    loss, pp = float(loss), float(pp)
    return {
        "both": (loss, pp),
        "exchanged": (pp, loss),
        "perplexity": pp,
        "loss": loss,
        "lists": ([loss], [pp]),
    }[returns]


def _batch(case: Read, x: Array, y: Array, targets: str, padding: str) -> dict[str, float]:
    """What one batch adds to every sum and count that code may keep."""
    if targets == "exchanged":
        x, y = y, x
    score = x if targets.startswith("x") else y
    counted = x if targets == "x, counted" else y
    real = score != {"pad": case.pad, "0": 0, "none": -1}[padding]
    return {
        "sum": float(cross_entropy(case.table[x], score)[real].sum()),
        "scored": int(real.sum()),
        "tokens": int((counted != case.pad).sum()),
        "rows": len(y),
        "all": y.size,
        "not 0": int((counted != 0).sum()),
        "of x": int((x != case.pad).sum()),
        "padding": int((counted == case.pad).sum()),
    }


def ask_evaluate(case: Read) -> dict[str, Any]:
    return {
        "provide": [MODULE, SOURCE, NAMES],
        "new": ["Lookup", {"float": case.table.tolist()}],
        "call": "evaluate",
        "args": ["the object", [{"tuple": [{"int": x}, {"int": y}]} for x, y in case.batches]],
        "kwargs": {"pad_id": case.pad} if case.pad else {},
    }


def is_unseen(way: Way) -> bool:
    """Whether a way's perplexity does not show: it does not come back, or is a large one, rounded."""
    return (
        "perplexity" in way and len(way) > 1 and (way.get("returns") == "loss" or "rounded" in way.values())
    )


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
    "evaluate": Idea(
        answer=evaluate,
        choices={
            "averaged": AVERAGED,
            "added": ADDED,
            "batches": BATCHES,
            "targets": TARGETS,
            "padding": PADDING,
            "perplexity": PERPLEXITY,
            "returns": RETURNS,
        },
        ask=ask_evaluate,
        cases=[
            Read(
                wave(4, 4, phase=1.7),
                [
                    ([[1, 3, 2], [0, 2, 3]], [[3, 2, 0], [2, 3, 1]]),
                    ([[2, 0, 1], [3, 3, 1]], [[0, 0, 3], [1, 0, 0]]),
                    ([[1, 2, 2]], [[2, 1, 3]]),
                ],
            ),
            Read(
                wave(5, 5, phase=0.5),
                [
                    ([[1, 4, 2, 2]], [[4, 2, 0, 1]]),
                    ([[0, 3, 4, 1], [2, 4, 4, 0], [3, 2, 1, 0]], [[3, 4, 2, 2], [2, 2, 0, 2], [1, 0, 4, 4]]),
                ],
                pad=2,
            ),
        ],
        fresh=[
            Read(
                wave(3, 3, phase=1.3),
                [([[1, 2]], [[2, 1]]), ([[2, 2], [0, 1]], [[1, 0], [0, 2]]), ([[1, 1]], [[0, 1]])],
            ),
            Read(
                wave(6, 6, phase=4.1),
                [
                    ([[5, 1, 0], [2, 3, 3]], [[3, 3, 3], [0, 3, 1]]),
                    ([[0, 3, 4], [2, 4, 4]], [[1, 4, 2], [5, 3, 0]]),
                    ([[0, 2, 1]], [[2, 1, 3]]),
                ],
                pad=3,
            ),
        ],
        senseless=is_unseen,
    ),
}
