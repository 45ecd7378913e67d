"""teacher_forcing_loss of the sequence toolkit, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, seldom

CHECKS = {"seq2seq::loss_*": ["teacher_forcing_loss"]}


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
CHOICES: dict[str, dict[Any, Clause]] = {
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
    "teacher_forcing_loss": Idea(
        answer=loss,
        choices=CHOICES,
        ask=ask_loss,
        senseless=seldom(
            {"shift": ("own", "two"), "exchanged": ("yes",), "counts": ("all", "not 0"), "mean": ("sum",)}
        ),
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
