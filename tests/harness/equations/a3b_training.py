"""How assignment 3B's classifiers are trained and judged, and what loops do that go their own way.

Batches come in a random order: so all batches of a question that trains are alike, and those that differ are
asked about with a learning rate of 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, alone

CHECKS = {
    "classifiers::training_returns_*": ["train_classifier_epoch"],
    "classifiers::training_steps_*": ["train_classifier_epoch"],
    "classifiers::mlp_learns": ["train_classifier_epoch"],
    "classifiers::accuracy_*": ["classifier_accuracy"],
}

# The grader's own model: a class is scored by a row of a table for each token of a text.
MODULE = "texts_of_equations"
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Added(nn.Module):
    def __init__(self, words, classes):
        super().__init__()
        at = torch.arange(words * classes, dtype=torch.float64).reshape(words, classes)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.table = nn.Parameter((0.8 * torch.sin(1 + 2.4 * at)).float())

    def forward(self, tokens):
        return self.table[tokens].sum(1) + self.bias
"""


class Texts(NamedTuple):
    """Batches of tokens with the indices of their rows, and the labels of all."""

    batches: Sequence[tuple[Sequence[Sequence[int]], Sequence[int]]]
    labels: Sequence[int]
    lr: float
    words: int = 7
    classes: int = 3


class Added:
    """The model in numpy, with the gradients that it has gathered."""

    def __init__(self, case: Texts) -> None:
        at = np.arange(case.words * case.classes).reshape(case.words, case.classes)
        self.table, self.bias = 0.8 * np.sin(1 + 2.4 * at), np.zeros(case.classes)
        self.forget()

    def forget(self) -> None:
        self.of_table, self.of_bias = np.zeros_like(self.table), np.zeros_like(self.bias)

    def logits(self, tokens: Array) -> Array:
        return np.asarray(self.table[tokens].sum(1) + self.bias)

    def learn(self, tokens: Array, slopes: Array) -> None:
        """Add the gradients of a loss with these slopes by the logits."""
        np.add.at(self.of_table, tokens, np.repeat(slopes[:, None], tokens.shape[1], 1))
        self.of_bias += slopes.sum(0)

    def step(self, rate: float) -> None:
        self.table = self.table - rate * self.of_table
        self.bias = self.bias - rate * self.of_bias


# ---- train_classifier_epoch


def train(
    case: Texts,
    loss: str = "cross-entropy",
    labels: str = "own",
    down: str = "mean",
    zero: str = "before",
    steps: str = "each",
    total: str = "rows / sequences",
    visits: str = "all",
) -> Any:
    model, told, count = Added(case), [], []
    batches = _visited(case.batches, visits)
    for rows, indices in batches:
        tokens, wanted = np.array(rows), _labels(case, indices, labels)
        if zero == "before":
            model.forget()
        value, slopes = _loss(loss, model.logits(tokens), wanted)
        scale = {"mean": 1, "sum": len(rows), "negative": -1, "nothing": 0}[down]
        model.learn(tokens, slopes * scale)
        for _ in range({"each": 1, "twice": 2}.get(steps, 0)):
            model.step(case.lr)
        told.append(value)
        count.append(len(rows))
    if steps == "after":
        model.step(case.lr)
    return _told(case, np.array(told), np.array(count), total), [model.bias, model.table]


def _visited(batches: Sequence[Any], visits: str) -> Sequence[Any]:
    part = {
        "first": batches[:1],
        "last": batches[-1:],
        "without first": batches[1:],
        "without last": batches[:-1],
        "second": batches[::2],
        "other second": batches[1::2] if len(batches) < 3 else batches[::2],
        "none": batches[:0],
        "twice": [*batches, *batches],
    }
    return part.get(visits, batches)


def _labels(case: Texts, indices: Sequence[int], labels: str) -> Array:
    own = np.array([case.labels[i] for i in indices])
    return {
        "own": own,
        "position": np.array(case.labels[: len(indices)]),
        "rolled": np.roll(own, 1),
        "rolled back": np.roll(own, -1),
        "zeros": 0 * own,
        "indices": np.array(indices) % case.classes,
        "turned": own[::-1],
        "other": case.classes - 1 - own,
    }[labels]


def _loss(kind: str, logits: Array, wanted: Array) -> tuple[float, Array]:
    """A batch's loss, and its slopes by the logits."""
    count, classes = logits.shape
    hot = np.eye(classes)[wanted]
    share = FUNCTIONS["softmax"](logits)
    if kind in ("cross-entropy", "sum", "smoothed", "without 0", "bits"):
        if kind == "smoothed":
            hot = 0.9 * hot + 0.1 / classes
        each = -(hot * np.log(share)).sum(1)
        counted = wanted != 0 if kind == "without 0" else np.ones(count)
        over = 1 if kind == "sum" else np.log(2) * count if kind == "bits" else counted.sum()
        return float((each * counted).sum() / over), (share - hot) * counted[:, None] / over
    if kind == "softmax before":
        again = FUNCTIONS["softmax"](share)
        by_share = (again - hot) / count
        slopes = share * (by_share - (by_share * share).sum(1, keepdims=True))
        return float(-(hot * np.log(again)).sum() / count), slopes
    if kind == "raw":
        return float(-(hot * logits).sum() / count), -hot / count
    if kind == "margin":
        room = (1 - (logits * hot).sum(1, keepdims=True) + logits) * (1 - hot)
        over_it = (room > 0) / classes / count
        slopes = over_it - hot * over_it.sum(1, keepdims=True)
        return float(np.maximum(room, 0).sum() / classes / count), slopes
    if kind == "squares of softmax":
        by_share = 2 * (share - hot) / hot.size
        slopes = share * (by_share - (by_share * share).sum(1, keepdims=True))
        return float(((share - hot) ** 2).mean()), slopes
    return float(((logits - hot) ** 2).mean()), 2 * (logits - hot) / hot.size  # squares


def _told(case: Texts, told: Array, count: Array, total: str) -> float | Array | None:
    sequences = sum(len(indices) for _, indices in case.batches)
    tokens = sum(np.size(rows) for rows, _ in case.batches)
    weighed, batches = (told * count).sum(), len(case.batches)
    return {
        "rows / sequences": lambda: weighed / sequences,
        "rows / visited": lambda: weighed / count.sum(),
        "losses / batches": lambda: told.sum() / batches,
        "losses / visited": lambda: told.mean(),
        "losses / sequences": lambda: told.sum() / sequences,
        "rows / batches": lambda: weighed / batches,
        "rows / tokens": lambda: weighed / tokens,
        "losses / tokens": lambda: told.sum() / tokens,
        "rows": lambda: weighed,
        "losses": lambda: told.sum(),
        "times": lambda: weighed * sequences,
        "last": lambda: told[-1],
        "first": lambda: told[0],
        "minus": lambda: -weighed / sequences,
        "plus rows": lambda: (told + count).sum() / sequences,
        "by rows": lambda: (told / count).sum() / sequences,
        "from 1": lambda: (1 + weighed) / sequences,
        "nothing": lambda: 0.0,
        "none": lambda: None,
    }[total]()


BACK = "Which call makes the gradients, which one uses them, and where does zero_grad() stand?"
ADDED = "What do you add up for each batch, and by what do you divide in the end?"
EVERY = "Is every batch visited, and once?"
MEETS = "Which label belongs to a row of a batch?"
WHAT = "Which loss does the assignment name, and what does it expect?"
TRAINED: dict[str, dict[Any, Clause]] = {
    "loss": {
        "cross-entropy": "",
        "sum": ("the loss of a batch is the sum over its rows", ADDED),
        "softmax before": ("a softmax comes before the cross-entropy", WHAT),
        "raw": ("the scores are taken for logarithms of probabilities", WHAT),
        "margin": ("the margins between the scores are the loss", WHAT),
        "smoothed": ("the labels are smoothed by 0.1", WHAT),
        "squares": ("the loss is the mean squared error of the scores against one-hot labels", WHAT),
        "squares of softmax": (
            "the loss is the mean squared error of the probabilities against one-hot labels",
            WHAT,
        ),
        "without 0": ("rows with label 0 do not count in the loss", WHAT),
        "bits": ("the loss is measured in bits", WHAT),
    },
    "labels": {
        "own": "",
        "position": ("labels are taken by the place of a row in its batch", MEETS),
        "rolled": ("each row meets the label of the row before it", MEETS),
        "rolled back": ("each row meets the label of the row after it", MEETS),
        "zeros": ("every label is taken for 0", MEETS),
        "turned": ("the labels of a batch come in the reverse order", MEETS),
    },
    "down": {
        "mean": "",
        "sum": "",
        "negative": ("the steps go uphill", "Does the loss fall with each step?"),
        "nothing": ("no step of the optimizer uses the gradients of a loss", BACK),
    },
    "zero": {"before": "", "never": ("the gradients of all batches so far add up", BACK)},
    "steps": {
        "each": "",
        "twice": ("the optimizer steps twice for each batch", BACK),
        "after": ("the optimizer steps once, after the last batch", BACK),
    },
    "total": {
        "rows / sequences": "",
        "rows / visited": "",
        "losses / batches": "",
        "losses / visited": "",
        "losses / sequences": (
            "the losses of the batches are added and divided by the number of sequences",
            ADDED,
        ),
        "rows / batches": ("the sum over all sequences is divided by the number of batches", ADDED),
        "rows / tokens": ("the sum over all sequences is divided by the number of tokens", ADDED),
        "losses / tokens": ("the losses of the batches are added and divided by the number of tokens", ADDED),
        "rows": ("the sum over all sequences is not divided", ADDED),
        "losses": ("the losses of the batches are added and not divided", ADDED),
        "times": ("the sum over all sequences is multiplied by their number", ADDED),
        "last": ("the loss of one batch comes back", ADDED),
        "first": ("the loss of one batch comes back", ADDED),
        "minus": ("the losses are subtracted from the total", ADDED),
        "plus rows": ("the number of rows is added to the loss of a batch, not multiplied", ADDED),
        "by rows": ("the loss of a batch is divided by its number of rows, not multiplied", ADDED),
        "from 1": ("the total starts from 1", "From which number does the sum start?"),
        "nothing": ("nothing is added to the total", ADDED),
        "none": ("nothing comes back", "What does the docstring say comes back?"),
    },
    "visits": {
        "all": "",
        "first": ("only one batch is visited", EVERY),
        "last": ("only one batch is visited", EVERY),
        "second": ("only every second batch is visited", EVERY),
        "other second": ("only every second batch is visited", EVERY),
        "without first": ("one batch is left out", EVERY),
        "without last": ("one batch is left out", EVERY),
        "none": ("no batch is visited", EVERY),
        "twice": ("every batch is visited twice", EVERY),
    },
}


def ask_training(case: Texts) -> dict[str, Any]:
    return {
        "provide": [MODULE, SOURCE, ["Added"]],
        "new": ["Added", case.words, case.classes],
        "optimizer": ["torch.optim.SGD", {"lr": case.lr}],
        "call": "train_classifier_epoch",
        "args": ["the object", _batches(case), list(case.labels), "the optimizer"],
        "then_weights": True,
    }


def _batches(case: Texts) -> list[dict[str, Any]]:
    return [{"tuple": [{"int": rows}, {"int": indices}]} for rows, indices in case.batches]


def same_again(rows: list[list[int]], labels: list[int], times: int, lr: float) -> Texts:
    """The same batch several times, with the same labels, which are those of other indices each time."""
    size = len(rows)
    batches = [(rows, [size * k + i for i in range(size)]) for k in range(times)]
    return Texts(batches, labels * times, lr)


# ---- classifier_accuracy


def accuracy(
    case: Texts,
    chosen: str = "highest",
    labels: str = "own",
    counted: str = "right",
    over: str = "sequences",
    visits: str = "all",
) -> Any:
    model, hits, at = Added(case), [], 0
    for rows, indices in _visited(case.batches, visits):
        tokens = np.array(rows)
        logits = model.logits(tokens)
        guess = {
            "highest": lambda logits=logits: logits.argmax(1),
            "lowest": lambda logits=logits: logits.argmin(1),
            "over rows": lambda logits=logits: _matched(logits.argmax(0), len(logits)),
            "flat": lambda logits=logits: np.full(len(logits), logits.argmax()),
            "of tokens": lambda tokens=tokens: tokens.argmax(1),
            "second": lambda logits=logits: logits.argsort(1)[:, -2],
            "by sign": lambda logits=logits: (logits[:, 1] > 0).astype(int),
            "of two": lambda logits=logits: logits[:, :2].argmax(1),
        }[chosen]()
        if labels == "in turn":
            wanted = np.array(case.labels[at : at + len(indices)])
            at += len(indices)
        else:
            wanted = _labels(case, indices, labels)
        hits.append((guess == wanted) if counted != "wrong" else (guess != wanted))
    sequences = sum(len(indices) for _, indices in case.batches)
    tokens = sum(np.size(rows) for rows, _ in case.batches)
    right = sum(int(each.sum()) for each in hits)
    right = {"from 1": 1 + right, "minus": -right, "nothing": 0}.get(counted, right)
    return {
        "sequences": lambda: right / sequences,
        "visited": lambda: right / sum(len(each) for each in hits),
        "mean of means": lambda: np.mean([each.mean() for each in hits]),
        "sum of means": lambda: sum(each.mean() for each in hits),
        "last": lambda: hits[-1].mean(),
        "first": lambda: hits[0].mean(),
        "batches": lambda: right / len(case.batches),
        "tokens": lambda: right / tokens,
        "one": lambda: right,
        "times": lambda: right * sequences,
        "percent": lambda: 100 * right / sequences,
        "rounded": lambda: round(right / sequences),
        "floor": lambda: right // sequences,
        "each": lambda: [float(each.mean()) for each in hits],
        "none": lambda: None,
    }[over]()


def _matched(guess: Array, rows: int) -> Array:
    """Guesses beside as many labels as there are rows; ValueError where PyTorch takes none of them."""
    if len(guess) != rows and 1 not in (len(guess), rows):
        raise ValueError
    return guess


BEST = "Which axis of the logits counts the classes, and which of them is named?"
OUT_OF = "Right out of how many?"
ACCURACY: dict[str, dict[Any, Clause]] = {
    "chosen": {
        "highest": "",
        "lowest": ("the class with the lowest score is named", BEST),
        "over rows": ("the highest score is looked for along the rows", BEST),
        "flat": ("the highest score is looked for in the whole batch", BEST),
        "of tokens": ("not the scores are looked through, but the tokens", BEST),
        "second": ("the class with the second highest score is named", BEST),
        "by sign": ("class 1 is named where its score is above 0, whatever the others are", BEST),
        "of two": ("only the scores of classes 0 and 1 are compared", BEST),
    },
    "labels": {
        "own": "",
        "position": ("labels are taken by the place of a row in its batch", MEETS),
        "in turn": ("labels are taken in their own order, not by the indices of the rows", MEETS),
        "rolled": ("each row meets the label of the row before it", MEETS),
        "zeros": ("every label is taken for 0", MEETS),
    },
    "counted": {
        "right": "",
        "wrong": ("wrong answers are counted", OUT_OF),
        "from 1": ("the count of right answers starts from 1", "From which number does the count start?"),
        "minus": ("right answers are subtracted", OUT_OF),
        "nothing": ("no right answer is counted", OUT_OF),
    },
    "over": {
        "sequences": "",
        "visited": "",
        "mean of means": ("the mean over the batches is taken, whatever their sizes", OUT_OF),
        "sum of means": ("the fractions of the batches are added and not divided", OUT_OF),
        "last": ("the accuracy of the last batch alone comes back", OUT_OF),
        "first": ("the accuracy of the first batch alone comes back", OUT_OF),
        "batches": ("right answers are divided by the number of batches", OUT_OF),
        "tokens": ("right answers are divided by the number of tokens", OUT_OF),
        "one": ("right answers are counted, and not divided", OUT_OF),
        "times": ("right answers are multiplied by the number of sequences", OUT_OF),
        "percent": ("the accuracy comes in percent", "Which two numbers lie at the ends of a fraction?"),
        "rounded": ("the fraction is rounded to a whole number", OUT_OF),
        "floor": ("the fraction is cut off to a whole number", OUT_OF),
        "each": ("the accuracy of each batch comes back", OUT_OF),
        "none": ("nothing comes back", "What does the docstring say comes back?"),
    },
    "visits": {
        "all": "",
        "first": ("only the first batch counts", EVERY),
        "last": ("only the last batch counts", EVERY),
        "without first": ("the first batch is left out", EVERY),
        "without last": ("the last batch is left out", EVERY),
    },
}


def ask_accuracy(case: Texts) -> dict[str, Any]:
    return {
        "provide": [MODULE, SOURCE, ["Added"]],
        "new": ["Added", case.words, case.classes],
        "call": "classifier_accuracy",
        "args": ["the object", _batches(case), list(case.labels)],
    }


def texts(sizes: Sequence[int], columns: Sequence[int], step: int, share: float) -> Texts:
    """Batches of these sizes; their rows have the indices 0, step, 2 · step, … of all, in turn.

    For this share of them, or a little more, the label is what the model names.
    """
    total, at = sum(sizes), 0
    order = [step * i % total for i in range(total)]
    batches, labels = [], [0] * total
    for size, width in zip(sizes, columns, strict=True):
        rows = [[(5 * (at + i) ** 2 + 2 * t + i * t) % 7 for t in range(width)] for i in range(size)]
        batches.append((rows, order[at : at + size]))
        best = Added(Texts([], [], 0.0)).logits(np.array(rows)).argmax(1)
        for i, named in zip(order[at : at + size], best.tolist(), strict=True):
            labels[i] = named if 7 * i % 10 < 10 * share else (named + 1 + i % 2) % 3
        at += size
    return Texts(batches, labels, 0.0)


IDEAS = {
    "train_classifier_epoch": Idea(
        answer=train,
        choices=TRAINED,
        ask=ask_training,
        senseless=alone(
            loss=("bits", "squares of softmax", "without 0"),
            labels=("turned", "rolled back"),
            total=("losses / tokens", "rows / tokens", "none"),
            visits=("none", "twice"),
        ),
        cases=[
            Texts(
                [([[1, 4], [3, 3], [2, 5]], [3, 0, 4]), ([[6, 2, 1], [5, 4, 4]], [2, 1])],
                [2, 0, 1, 1, 0],
                0.0,
            ),
            same_again([[1, 4, 2], [3, 5, 5]], [1, 2], 4, 0.3),
        ],
        fresh=[
            Texts([([[4, 4, 2]], [3]), ([[6, 1], [5, 2], [3, 0]], [0, 2, 1])], [1, 2, 2, 0], 0.0),
            same_again([[2, 4], [3, 6], [1, 1]], [2, 0, 1], 6, 0.2),
        ],
    ),
    "classifier_accuracy": Idea(
        answer=accuracy,
        choices=ACCURACY,
        ask=ask_accuracy,
        senseless=alone(
            chosen=("second",), over=("each", "none", "floor", "rounded", "first", "tokens", "percent")
        ),
        cases=[
            texts((8, 3, 6), (3, 2, 4), 3, 0.6),
            texts((2, 9, 1, 7), (2, 3, 1, 3), 5, 0.7),
            texts((3, 1), (2, 2), 3, 1),
            texts((31, 23, 37, 6), (2, 3, 2, 1), 7, 0.6),  # in so many, no other count is the same by chance
        ],
        fresh=[
            texts((4, 1, 8), (2, 3, 2), 3, 0.6),
            texts((2, 7, 5), (3, 2, 4), 5, 0.7),
            texts((2, 3), (1, 2), 3, 1),
        ],
    ),
}
