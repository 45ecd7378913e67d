"""The accuracy and the loss of the sequence toolkit, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea

CHECKS = {
    "accuracy::a_batch_of_padding_alone": ["token_accuracy", "token_accuracy of padding alone"],
    "accuracy::accuracy_is_*": ["token_accuracy"],
    "accuracy::padding_does_not_count": ["token_accuracy"],
    "accuracy::tokens_count_the_same": ["token_accuracy"],
    "seq2seq::loss_*": ["teacher_forcing_loss"],
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
SIMPLE: dict[str, dict[Any, Clause]] = {
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


class Texts(NamedTuple):
    """Source and target of a model with fixed scores, and what is padding; None where that is not said."""

    src: Array  # (B, T - 1)
    tgt: Array  # (B, T)
    pad: int | None


WORDS = 6
# Its scores after a token are a row of one table, and the first token of the source adds a row of another.
SCORED = """
import torch
from torch import nn

HOMES = {}


class Scores(nn.Module):
    def __init__(self):
        super().__init__()
        at = torch.arange(36, dtype=torch.float64).reshape(6, 6)
        self.after = nn.Parameter((2 * torch.sin(1 + 2.4 * at)).float())
        self.source = nn.Parameter(torch.sin(2 + 2.4 * at).float())

    def forward(self, src, tgt):
        return self.after[tgt] + self.source[src[:, :1]]
"""
_AT = np.arange(WORDS**2).reshape(WORDS, WORDS)
AFTER, SOURCE = 2 * np.sin(1 + 2.4 * _AT), np.sin(2 + 2.4 * _AT)


def loss(
    case: Texts,
    shift: str = "next",
    exchanged: str = "no",
    counts: str = "not pad",
    mean: str = "tokens",
    score: str = "log",
) -> Any:
    src, tgt, pad = case.src, case.tgt, case.pad or 0
    read, scored = {
        "next": (tgt[:, :-1], tgt[:, 1:]),
        "own": (tgt[:, :-1], tgt[:, :-1]),
        "own, later": (tgt[:, 1:], tgt[:, 1:]),
        "own, all": (tgt, tgt),
        "back": (tgt[:, 1:], tgt[:, :-1]),
        "two": (tgt[:, :-2], tgt[:, 2:]),
        "round": (tgt, np.roll(tgt, -1, axis=1)),
        "source": (tgt[:, :-1], src),
    }[shift]
    first, second = (read, src) if exchanged == "yes" else (src, read)
    logits = AFTER[second] + SOURCE[first[:, :1]]
    if score == "turned":
        logits = logits.swapaxes(0, 1).reshape(logits.shape)
    if score == "softmax before":
        logits = FUNCTIONS["softmax"](logits)
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    at = np.arange(WORDS) == scored[..., None]
    each = {
        "raw": -(logits * at).sum(-1),
        "probability": -(np.exp(logs) * at).sum(-1),
        "without sign": (logs * at).sum(-1),
        "smoothed": -(logs * (0.9 * at + 0.1 / WORDS)).sum(-1),
        "wrong": (logits.argmax(-1) != scored).astype(float),
    }.get(score, -(logs * at).sum(-1))
    steps = np.arange(scored.shape[1])
    mask = {
        "not pad": scored != pad,
        "all": np.ones_like(scored, bool),
        "not 0": scored != 0,
        "not 0, not pad": (scored != 0) & (scored != pad),
        "read": read != pad,
        "pad": scored == pad,
        "not last": (scored != pad) & (steps < steps[-1]),
        "not first": (scored != pad) & (steps > 0),
    }[counts]
    total = (each * mask).sum()
    return {
        "tokens": lambda: total / mask.sum(),
        "sum": lambda: total,
        "cells": lambda: total / mask.size,
        "per row": lambda: total / len(tgt),
        "once more": lambda: total / mask.sum() / len(tgt),
        "rows": lambda: ((each * mask).sum(1) / mask.sum(1)).mean(),
        "steps": lambda: ((each * mask).sum(0) / np.maximum(mask.sum(0), 1)).mean(),
        "none": lambda: (each * mask).ravel(),
        "none, (B, T)": lambda: each * mask,
    }[mean]()


PAIR = "Which token follows the one that the decoder reads?"
COUNTS = "Which of the scored tokens are words, and which only fill a row up?"
PER = "The mean over what?"
LOSS: dict[str, dict[Any, Clause]] = {
    "shift": {
        "next": "",
        "own": ("each step is scored against the token that it reads, all but the last", PAIR),
        "own, later": ("each step is scored against the token that it reads, all but the first", PAIR),
        "own, all": ("each step is scored against the token that it reads", PAIR),
        "back": ("the decoder reads the tokens from the second on, and scored is the one before each", PAIR),
        "two": ("each step is scored against the token after the next", PAIR),
        "round": ("all tokens are read, and the last step is scored against the first token", PAIR),
        "source": ("the scores are held against the source", "Which of the two texts is to be guessed?"),
    },
    "exchanged": {
        "no": "",
        "yes": ("source and target are exchanged", "In which order does the model take its two arguments?"),
    },
    "counts": {
        "not pad": "",
        "all": ("padding is scored, too", COUNTS),
        "not 0": ("the id of padding is 0, whatever pad says", "What if a call names another padding?"),
        "not 0, not pad": ("0 is never scored, whatever pad says", "What if a call names another padding?"),
        "read": ("a step counts when the token that it reads is no padding", COUNTS),
        "pad": ("only padding is scored", COUNTS),
        "not last": ("the last token is never scored", COUNTS),
        "not first": ("the first guess is never scored", COUNTS),
    },
    "mean": {
        "tokens": "",
        "sum": ("the losses are summed, and no mean is taken", PER),
        "cells": ("the sum is divided by the number of all tokens, padding included", PER),
        "per row": ("the sum is divided by the number of rows", PER),
        "once more": ("the mean is divided by the number of rows once more", PER),
        "rows": ("each row has the same weight, however many tokens it has", PER),
        "steps": ("each step has the same weight, however many tokens it has", PER),
        "none": ("no mean is taken: the loss of each token comes back", PER),
        "none, (B, T)": ("no mean is taken: the loss of each token comes back, by rows", PER),
    },
    "score": {
        "log": "",
        "softmax before": (
            "the scores go through softmax before the cross-entropy, which does that itself",
            "What does cross_entropy expect, scores or probabilities?",
        ),
        "raw": ("the raw scores are taken for logarithms of probabilities", "What does nll_loss expect?"),
        "probability": (
            "the probabilities are taken without their logarithm",
            "What is the loss of a sure guess?",
        ),
        "without sign": ("the sign is turned", "Does the loss fall when the model improves?"),
        "smoothed": ("the targets are smoothed by 0.1", "What is the target of one token?"),
        "wrong": ("the share of wrong guesses is taken", "What is the gradient of a share?"),
        "turned": (
            "the scores are flattened in another order than the targets",
            "Which score meets which target?",
        ),
    },
}


def ask_loss(case: Texts) -> dict[str, Any]:
    named = {} if case.pad is None else {"kwargs": {"pad": case.pad}}
    return {
        "provide": ["scores_of_a_question", SCORED, ["Scores"]],
        "new": ["Scores"],
        "call": "teacher_forcing_loss",
        "args": ["the object", {"int": case.src.tolist()}, {"int": case.tgt.tolist()}],
        **named,
    }


def texts(rows: Sequence[Sequence[int]], pad: int | None) -> Texts:
    """Sources as long as what is scored, so that the two can be exchanged."""
    tgt = np.array(rows)
    return Texts((tgt[:, 1:] * 2 + np.arange(len(tgt))[:, None] + 1) % 5 + 1, tgt, pad)


IDEAS = {
    "token_accuracy": Idea(
        answer=accuracy,
        choices=SIMPLE,
        ask=ask_accuracy,
        cases=[
            tokens(3, 4, [0, 1, 2, 4, 5, 6, 7, 8], 0.4),
            tokens(5, 4, [0, 2, 4, 5, 6, 9, 12, 13, 14, 16, 18], 1.9),
            tokens(2, 3, [2], 0.9),
        ],
        senseless=lambda way: len(way) > 1 and "told" in way,
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
    "teacher_forcing_loss": Idea(
        answer=loss,
        choices=LOSS,
        ask=ask_loss,
        cases=[
            texts([[1, 3, 0, 4, 5, 2], [1, 4, 3, 2, 0, 0], [1, 5, 2, 0, 0, 0], [1, 3, 3, 5, 2, 0]], None),
            texts([[1, 0, 4, 2, 3], [1, 4, 2, 0, 3], [5, 2, 3, 3, 3]], 3),
        ],
        fresh=[
            texts([[1, 4, 2, 0], [1, 3, 5, 2]], None),
            texts([[1, 0, 4, 3, 3, 5, 2], [1, 3, 5, 4, 2, 4, 4], [2, 5, 0, 2, 4, 4, 4]], 4),
        ],
    ),
}
