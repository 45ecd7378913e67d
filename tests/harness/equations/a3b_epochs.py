"""How assignment 3B's autoregressive model is trained, and what loops do that go their own way.

Batches come in a random order: so all batches of a question are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, alone

CHECKS = {
    "autoregressive::training_*": [
        "shift_targets",
        "token_loss",
        "train_autoregressive_epoch",
    ]
}
softmax = FUNCTIONS["softmax"]

# The grader's own model: the next token is scored by a row of each of two tables.
MODULE = "followers_of_equations"
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Follower(nn.Module):
    def __init__(self, words):
        super().__init__()
        at = torch.arange(words * words, dtype=torch.float64).reshape(words, words)
        self.bias = nn.Parameter((0.3 * torch.sin(2 + 2.4 * torch.arange(words).double())).float())
        self.table = nn.Parameter((2 * torch.sin(1 + 2.4 * at)).float())
        self.tail = nn.Parameter((0.5 * torch.sin(3 + 2.4 * at)).float())

    def forward(self, tokens):
        return self.table[tokens] + 0.5 * self.tail[tokens] + self.bias
"""


class Epoch(NamedTuple):
    """One batch, as often as it comes, and what the loop is called with."""

    batch: Sequence[Sequence[int]]
    times: int
    pad: int
    clip: float
    lr: float
    words: int


def train(
    case: Epoch,
    reading: str = "real",
    targets: str = "next",
    down: str = "mean",
    clip: str = "norm",
    norms: str = "all",
    losses: str = "per token",
    zero: str = "before",
    steps: str = "each",
    visits: str = "all",
    returns: str = "both",
) -> Any:
    words, tokens = case.words, np.array(case.batch)
    weights = [
        0.3 * np.sin(2 + 2.4 * np.arange(words)),
        2 * np.sin(1 + 2.4 * np.arange(words**2)).reshape(words, words),
        0.5 * np.sin(3 + 2.4 * np.arange(words**2)).reshape(words, words),
    ]
    slopes = [0 * weight for weight in weights]
    times = {"first": 1, "without first": case.times - 1, "second": (case.times + 1) // 2, "none": 0}
    told, measured = [], []
    for _ in range(times.get(visits, case.times)):
        if zero == "before":
            slopes = [0 * weight for weight in weights]
        loss, total, new = _backward(weights, tokens, case.pad, reading, targets, down)
        early = slopes
        if down != "nothing":
            slopes = [old + each for old, each in zip(slopes, new, strict=True)]
        clipped = _clipped(slopes, case.clip, clip)
        found = {"before backward": early, "clipped": clipped, "weights": weights}.get(norms, slopes)
        measured.append(_norm(found, norms))
        told.append({"sum": total, "none": None}.get(losses, loss))
        slopes = clipped
        for _ in range({"each": 1, "twice": 2}.get(steps, 0)):
            weights = [w - case.lr * each for w, each in zip(weights, slopes, strict=True)]
    if steps == "after":
        weights = [w - case.lr * each for w, each in zip(weights, slopes, strict=True)]
    told = {"last": told[-1:], "nothing": [], "mean": [float(np.mean(told))] if losses == "mean" else []}.get(
        losses, told
    )
    measured = {"last": measured[-1:], "nothing": []}.get(norms, measured)
    return {
        "both": (told, measured),
        "exchanged": (measured, told),
        "losses": told,
        "norms": measured,
        "nothing": None,
    }[returns], weights


def _backward(
    weights: Sequence[Array], tokens: Array, pad: int, reading: str, targets: str, down: str
) -> tuple[float, float, list[Array]]:
    """The loss of a batch, the sum of it, and the gradients."""
    bias, table, tail = weights
    following = np.concatenate([tokens[:, 1:], np.full_like(tokens[:, :1], pad)], 1)
    wanted = {
        "next": following,
        "own": tokens,
        "two": np.concatenate([following[:, 1:], np.full_like(tokens[:, :1], pad)], 1),
        "before": np.concatenate([np.full_like(tokens[:, :1], pad), tokens[:, :-1]], 1),
        "other row": np.roll(following, 1, 0),
        "zeros": 0 * following,
    }[targets]
    counted = wanted != pad if reading == "real" else np.ones(wanted.shape, bool)
    if reading == "all but the last":
        counted[:, -1] = False
    hot = np.eye(len(bias))[wanted]
    share = softmax(table[tokens] + 0.5 * tail[tokens] + bias)
    total, number = -((hot * np.log(share)).sum(-1) * counted).sum(), counted.sum()
    scale = {"sum": 1, "negative": -1 / number}.get(down, 1 / number)
    by_logits = (share - hot) * counted[..., None] * scale
    of_table = np.zeros_like(table)
    np.add.at(of_table, tokens, by_logits)
    return float(total / number), float(total), [by_logits.sum((0, 1)), of_table, 0.5 * of_table]


def _clipped(slopes: list[Array], most: float, clip: str) -> list[Array]:
    if clip == "value":
        return [np.clip(each, -most, most) for each in slopes]
    if clip == "never":
        return slopes
    whole = _norm(slopes, "all")
    most = 1.0 if clip == "1" else most
    if clip == "each":
        return [each * np.minimum(1, most / (_norm([each], "all") + 1e-6)) for each in slopes]
    return [each * np.minimum(1, most / (whole + 1e-6)) for each in slopes]


def _norm(slopes: Sequence[Array], norms: str) -> float:
    squares = [float((each**2).sum()) for each in slopes]
    return {
        "first": lambda: squares[0] ** 0.5,
        "last weight": lambda: squares[-1] ** 0.5,
        "no biases": lambda: sum(squares[1:]) ** 0.5,
        "added": lambda: sum(each**0.5 for each in squares),
        "mean": lambda: float(np.mean([each**0.5 for each in squares])),
        "squared": lambda: sum(squares),
        "largest": lambda: max(float(np.abs(each).max()) for each in slopes),
    }.get(norms, lambda: sum(squares) ** 0.5)()


NEXT = "Which token is to be predicted at each step?"
BACK = "Which call makes the gradients, which one uses them, and where does zero_grad() stand?"
CLIP = "To which norm are the gradients clipped, and before which call?"
WHOSE = "How do the lengths of several vectors combine, and when are they measured?"
TOLD = "What is recorded of each batch, and in which order do the two lists come?"
EVERY = "Is every batch visited, and once?"
TRAINED: dict[str, dict[Any, Clause]] = {
    "reading": {"real": "", "all": "", "all but the last": ""},
    "targets": {
        "next": "",
        "own": ("the targets are the inputs", NEXT),
        "two": ("the targets are shifted by two steps", NEXT),
        "before": ("the targets are the tokens before", NEXT),
        "other row": ("each row meets the targets of the row before it", NEXT),
        "zeros": ("every target is taken for 0", NEXT),
    },
    "down": {
        "mean": "",
        "sum": "",
        "negative": ("the steps go uphill", "Does the loss fall with each step?"),
        "nothing": ("there are no gradients when they are clipped and used", BACK),
    },
    "clip": {
        "norm": "",
        "value": "",
        "never": ("the optimizer steps with gradients that are not clipped", CLIP),
        "1": ("the gradients are clipped to a norm of 1, whatever clip is", CLIP),
        "each": ("the gradient of each weight is clipped alone", CLIP),
    },
    "norms": {
        "all": "",
        "clipped": ("the norms are those after clipping", WHOSE),
        "before backward": ("the norms are measured before backward", WHOSE),
        "added": ("the norms of the single gradients are added up", WHOSE),
        "mean": ("the mean of the norms of the single gradients is taken", WHOSE),
        "first": ("the norm is that of the first weight's gradient only", WHOSE),
        "last weight": ("the norm is that of the last weight's gradient only", WHOSE),
        "no biases": ("the norm leaves out the gradients of the biases", WHOSE),
        "squared": ("the squared norm is recorded", WHOSE),
        "largest": ("the largest entry of the gradients is recorded", WHOSE),
        "weights": ("the norms are those of the weights, not of their gradients", WHOSE),
        "last": ("only one norm is recorded", TOLD),
        "nothing": ("no norm is recorded", TOLD),
    },
    "losses": {
        "per token": "",
        "sum": ("sums are recorded, not losses per token", TOLD),
        "last": ("only one loss is recorded", TOLD),
        "nothing": ("no loss is recorded", TOLD),
    },
    "zero": {"before": "", "never": ("the gradients of all batches so far add up", BACK)},
    "steps": {
        "each": "",
        "never": ("the optimizer never steps", BACK),
        "twice": ("the optimizer steps twice for each batch", BACK),
        "after": ("the optimizer steps once, after the last batch", BACK),
    },
    "visits": {
        "all": "",
        "first": ("only one batch is visited", EVERY),
        "second": ("only every second batch is visited", EVERY),
        "without first": ("one batch is left out", EVERY),
        "none": ("no batch is visited", EVERY),
    },
    "returns": {
        "both": "",
        "exchanged": ("norms and losses come back in the wrong order", TOLD),
        "losses": ("only the losses come back", TOLD),
        "norms": ("only the norms come back", TOLD),
        "nothing": ("nothing comes back", TOLD),
    },
}


def ask_training(case: Epoch) -> dict[str, Any]:
    rows = len(case.batch)
    batch = [
        {"tuple": [{"int": case.batch}, {"int": list(range(rows * k, rows * k + rows))}]}
        for k in range(case.times)
    ]
    return {
        "provide": [MODULE, SOURCE, ["Follower"]],
        "new": ["Follower", case.words],
        "optimizer": ["torch.optim.SGD", {"lr": case.lr}],
        "call": "train_autoregressive_epoch",
        "args": ["the object", batch, "the optimizer", case.pad, case.clip],
        "then_weights": True,
    }


IDEAS = {
    "train_autoregressive_epoch": Idea(
        answer=train,
        choices=TRAINED,
        ask=ask_training,
        senseless=alone(
            norms=("mean", "first", "last weight", "no biases", "largest", "weights", "squared"),
            visits=("none", "first", "without first"),
            returns=("losses", "norms", "nothing"),
            targets=("two", "before"),
            clip=("each",),
            down=("negative",),
        ),
        cases=[
            Epoch([[1, 1, 1, 1, 3], [1, 1, 1, 5, 5]], 3, 5, 40.0, 0.3, 6),
            Epoch([[1, 4, 2, 3], [2, 2, 0, 0], [4, 1, 3, 0]], 4, 0, 0.06, 2.0, 5),
        ],
        fresh=[
            Epoch([[5, 5, 5, 5, 1], [5, 5, 5, 6, 6], [5, 5, 3, 6, 6]], 2, 6, 30.0, 0.2, 7),
            Epoch([[1, 2, 3], [3, 1, 0]], 6, 0, 0.05, 1.5, 4),
        ],
    ),
}
