"""What the evaluation of language models computes, and what code computes that goes its own way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array, Value
from tests.harness.equations.language_losses import wave
from tests.harness.equations.language_provided import MODULE, NAMES, SOURCE, cross_entropy
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {
    "training::evaluate_*": ["lm_loss", "evaluate"],
    "training::perplexity_*": ["lm_loss", "evaluate"],
}


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


RARE = {"row weights", "first batch", "10", "minus", "rounded", "lists"}


def is_senseless(way: Way) -> bool:
    """Whether a wrong perplexity does not come back, or a way has what is seldom done beside another slip."""
    is_unseen = way.get("returns") == "loss" and "perplexity" in way
    return is_unseen or (len(way) > 1 and not RARE.isdisjoint(way.values()))


IDEAS = {
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
        senseless=is_senseless,
    ),
}
