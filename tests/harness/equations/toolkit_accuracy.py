"""token_accuracy of the sequence toolkit, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, seldom

CHECKS = {
    "accuracy::a_batch_of_padding_alone": ["token_accuracy", "token_accuracy of padding alone"],
    "accuracy::accuracy_is_*": ["token_accuracy"],
    "accuracy::padding_does_not_count": ["token_accuracy"],
    "accuracy::tokens_count_the_same": ["token_accuracy"],
}


class Tokens(NamedTuple):
    """Logits (B, T, C) and, of each token, its target and whether it counts."""

    logits: Array
    targets: Array
    mask: Array


def accuracy(
    case: Tokens,
    chosen: str = "highest",
    compared: str = "same",
    means: str = "real",
    right: str = "real",
    of: str = "tokens",
    mean: str = "tokens",
    told: str = "fraction",
) -> Any:
    targets, mask = case.targets, case.mask
    mask = {
        "real": mask,
        "padding": ~mask,
        "all": np.ones_like(mask),
        "not 0": targets != 0,
        "lengths": np.arange(mask.shape[1]) < mask.sum(1, keepdims=True),
    }[means]
    hits = _hits(case, chosen, mask)
    hits = np.asarray({"same": hits, "other": 1 - hits}[compared], float)
    counted = {"real": hits * mask, "all": hits, "padding, too": np.where(mask, hits, 1)}[right]
    share = _share(counted, mask, of, mean)
    return {
        "fraction": share,
        "percent": 100 * share,
        "whole": np.floor(share),
        "rounded": np.round(share, 1),
        "wrong": 1 - share,
        "negative": -share,
    }[told]


def _hits(case: Tokens, chosen: str, mask: Array) -> Array:
    """1 for each cell that is right, (B, T), or its probability."""
    logits, targets, classes = case.logits, case.targets, np.arange(case.logits.shape[2])
    at_target = classes == targets[..., None]
    if chosen == "probability":
        return np.asarray((FUNCTIONS["softmax"](logits) * at_target).sum(-1))
    if chosen == "first two":
        better = (logits > (logits * at_target).sum(-1, keepdims=True)).sum(-1)
        return np.asarray(better < 2)
    if chosen == "above one half":
        return np.asarray(((logits > 0) * at_target).any(-1))
    best = {
        "highest": lambda: logits.argmax(-1),
        "lowest": lambda: logits.argmin(-1),
        "step": lambda: logits.argmax(1),
        "row": lambda: logits.argmax(0),
        "anywhere": lambda: logits.argmax(),
        "score": lambda: np.trunc(logits.max(-1)),
        "of masked": lambda: (logits * mask[..., None]).argmax(-1),
    }[chosen]()
    return np.asarray(best == (targets * mask if chosen == "of masked targets" else targets))


def _share(counted: Array, mask: Array, of: str, mean: str) -> Array:
    if mean in ("rows", "steps"):
        axis = 1 if mean == "rows" else 0
        return np.asarray((counted.sum(axis) / np.maximum(mask.sum(axis), 1)).mean())
    if mean == "each row":
        return np.asarray(counted.sum(1) / np.maximum(mask.sum(1), 1))
    if mean == "whole rows":
        return np.asarray((counted == mask).all(1).mean())
    if mean == "first row":
        counted, mask = counted[:1], mask[:1]
    some = np.maximum(mask.sum(), 1)
    total = counted if mean == "each cell" else counted.sum()
    return np.asarray(
        {
            "tokens": lambda: total / some,
            "two or more": lambda: total / np.maximum(mask.sum(), 2),
            "cells": lambda: total / mask.size,
            "rows": lambda: total / len(mask),
            "steps": lambda: total / mask.shape[1],
            "padding": lambda: total / np.maximum((~mask).sum(), 1),
            "nothing": lambda: total,
            "each cell": lambda: total / np.maximum(mask, 1),
            "one more": lambda: (total + 1) / (some + 1),
            "times": lambda: total * some,
            "without right": lambda: total / np.maximum(mask.sum() - counted.sum(), 1),
        }[of]()
    )


OUT_OF = "Right out of how many?"
BEST = "Along which axis do the scores of one token lie?"
EQUAL = "Does every token count the same?"
EMPTY = "Is an empty cell a success?"
CHOICES: dict[str, dict[Any, Clause]] = {
    "chosen": {
        "highest": "",
        "lowest": ("the lowest score wins", "Which score has the tag that the model believes in?"),
        "step": ("the highest score is looked for along the steps of a row", BEST),
        "row": ("the highest score is looked for along the rows", BEST),
        "anywhere": ("the highest score is looked for in the whole tensor", BEST),
        "score": ("the highest score itself is compared with the target", "Is the highest score a tag?"),
        "of masked": ("the scores of padding are set to 0", EMPTY),
        "probability": ("the probability of the target is averaged", "When is a single token right?"),
        "first two": (
            "a token is right when its target is among the two best",
            "When is a single token right?",
        ),
        "above one half": (
            "a token is right when its target's score is above 0",
            "When is a single token right?",
        ),
    },
    "compared": {
        "same": "",
        "other": ("those tokens count as right that are wrong", "Which number stands for a perfect tagger?"),
    },
    "means": {
        "real": "",
        "padding": ("padding counts and real tokens do not", "Does True mean real or padding?"),
        "all": ("padding counts like every token", EMPTY),
        "not 0": (
            "tokens with the target 0 are left out, whatever the mask says",
            "What says which tokens count?",
        ),
        "lengths": (
            "of each row the first cells count, as many as its mask has",
            "Which cells does the mask name?",
        ),
    },
    "right": {
        "real": "",
        "all": ("padding can be right, too, where right tokens are counted", EMPTY),
        "padding, too": ("all padding counts as right", EMPTY),
    },
    "of": {
        "tokens": "",
        "two or more": ("the number of right tokens is divided by 2 or more, never by 1", OUT_OF),
        "cells": ("the number of right tokens is divided by the number of all cells", OUT_OF),
        "rows": ("the number of right tokens is divided by the number of rows", OUT_OF),
        "steps": ("the number of right tokens is divided by the number of steps", OUT_OF),
        "padding": ("the number of right tokens is divided by the amount of padding", OUT_OF),
        "nothing": ("the number of right tokens is not divided", OUT_OF),
        "one more": (
            "1 is added above and below the fraction",
            "What is the share for a batch of two tokens?",
        ),
        "each cell": (
            "the number of right tokens is divided by each cell of the mask, not by their sum",
            OUT_OF,
        ),
        "times": ("the number of right tokens is multiplied by that of all tokens", OUT_OF),
        "without right": ("right tokens are divided by wrong ones", OUT_OF),
    },
    "mean": {
        "tokens": "",
        "rows": ("the mean of the rows' accuracies is taken", EQUAL),
        "steps": ("the mean of the steps' accuracies is taken", EQUAL),
        "each row": ("one number for each row comes back", "How many numbers does the result have?"),
        "each cell": ("one number for each cell comes back", "How many numbers does the result have?"),
        "whole rows": ("a row is right when all of its tokens are", "What is counted, rows or tokens?"),
        "first row": ("only the first row is looked at", "Which rows does a batch have?"),
    },
    "told": {
        "fraction": "",
        "percent": ("the result is 100 times as large", "Which fraction says that every token is right?"),
        "whole": ("the result is cut to a whole number", "What is 3 // 4?"),
        "rounded": ("the result is rounded to one digit", "How many different values can the result have?"),
        "wrong": ("those tokens count as right that are wrong", "Which number stands for a perfect tagger?"),
        "negative": ("the sign of the result is turned", "Between which numbers does an accuracy lie?"),
    },
}


def of_nothing(case: Tokens, told: str = "0") -> Any:
    return np.array({"0": 0.0, "nan": np.nan, "1": 1.0, "half": 0.5}[told])


def ask_accuracy(case: Tokens) -> dict[str, Any]:
    logits, targets, mask = (each.tolist() for each in case)
    return {"call": "token_accuracy", "args": [{"float": logits}, {"int": targets}, {"bool": mask}]}


def tokens(rows: int, steps: int, counts: Sequence[int], phase: float) -> Tokens:
    """As many classes as steps, so that axes can be exchanged; the cells in `counts`, row by row, count."""
    cells = rows * steps
    logits = np.round(2.5 * np.sin(phase + 2.4 * np.arange(cells * steps)), 2).reshape(rows, steps, steps)
    logits[0, 0, 1] = 3  # the highest of all: its place in the whole tensor is a tag
    best = logits.argmax(-1).ravel()
    guesses = np.arange(cells) * 3 % 5 < 3  # right in three of five cells
    targets = np.where(guesses, best, (best + 1) % steps).reshape(rows, steps)
    mask = np.isin(np.arange(cells), counts).reshape(rows, steps)
    return Tokens(logits, targets, mask)


IDEAS = {
    "token_accuracy": Idea(
        answer=accuracy,
        choices=CHOICES,
        ask=ask_accuracy,
        cases=[
            tokens(3, 4, [0, 1, 2, 4, 5, 6, 7, 8], 0.4),
            tokens(5, 4, [0, 2, 4, 5, 6, 9, 12, 13, 14, 16, 18], 1.9),
            tokens(2, 3, [2], 0.9),
            tokens(9, 11, [cell for cell in range(99) if cell % 7], 0.7),  # no count is the same by chance
        ],
        senseless=seldom(
            {
                "chosen": ("lowest", "step", "anywhere"),
                "compared": ("other",),
                "right": ("all",),
                "of": ("times", "each cell"),
                "mean": ("each cell",),
            }
        ),
        fresh=[tokens(4, 5, [0, 1, 2, 5, 6, 7, 8, 9, 11, 15, 16, 19], 2.6), tokens(3, 2, [0, 1, 2, 4], 3.1)],
    ),
    "token_accuracy of padding alone": Idea(
        answer=of_nothing,
        choices={
            "told": {
                "0": "",
                "nan": "",
                "1": ("a batch of padding alone is called perfect", "How many tokens are right there?"),
                "half": ("a batch of padding alone is called half right", "How many tokens are right there?"),
            }
        },
        ask=ask_accuracy,
        cases=[tokens(2, 3, [], 0.4), tokens(3, 2, [], 1.4)],
        fresh=[tokens(3, 4, [], 2.4)],
    ),
}
