"""accuracy and count_parameters of assignment 7, with models of the grader's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.a7_training import (
    FOUR_BATCHES,
    PROVIDED,
    THREE_BATCHES,
    TWO_BATCHES,
    Course,
    course,
    loader,
    many,
    of_reader,
    scores,
)
from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea

CHECKS = {"loop::accuracy_*": ["accuracy"], "loop::parameters_*": ["count_parameters"]}
Choices = dict[str, dict[Any, Clause]]
Shape = list[int]


# ---- accuracy


def predicted(best: str, logits: Array) -> Array:
    """The author named for each row."""
    return {
        "highest": logits.argmax(1),
        "lowest": logits.argmin(1),
        "of the whole batch": np.full(len(logits), logits.argmax()),
        "over the batch": np.full(len(logits), logits.argmax(0)[0]),
    }[best]


def accuracy(
    case: Course,
    mode: str = "evaluation",
    best: str = "highest",
    compared: str = "with authors",
    counted: str = "right",
    batches: str = "all",
    share: str = "of all sentences",
) -> Value:
    weights = {"table": case.table, "gain": case.gain, "bias": case.bias}
    walked = {"all": case.batches, "first": case.batches[:1], "last": case.batches[-1:]}[batches]
    shares, hits, seen = [], 0, 0
    for batch in walked:
        logits, _ = scores(weights, batch, case.shift if mode == "training" else 0)
        named = predicted(best, logits)
        other = np.array(batch[1] if compared == "with lengths" else batch[2])
        right = (named == other) if counted == "right" else (named != other)
        shares.append(right.mean())
        hits += int(right.sum())
        seen += len(right)
    return float(
        {
            "of all sentences": hits / seen,
            "mean of batches": float(np.mean(shares)),
            "sum of batches": float(np.sum(shares)),
            "count": hits,
            "in percent": 100 * hits / seen,
            "of batches": hits / len(walked),
            "times": hits * seen,
            "negative": -hits / seen,
            "from 1": (hits + 1) / seen,
            "one more": hits / (seen + 1),
            "nothing": 0.0,
            "last batch of all": right.sum() / seen,
        }[share]
    )


FRACTION = "Between which two numbers should an accuracy lie, and by what do you divide?"
SENTENCES = "Does every sentence count the same, whichever batch it is in?"
CLASSES = "Over which axis of (B, C) lie the classes, and which score wins?"
ACCURACY: Choices = {
    "mode": {
        "evaluation": "",
        "training": ("the model is asked in training mode", "Which mode is for measuring?"),
    },
    "best": {
        "highest": "",
        "lowest": ("the lowest score of a row wins", CLASSES),
        "of the whole batch": ("argmax runs over all scores of a batch at once", CLASSES),
        "over the batch": ("argmax runs over the rows, and the first number counts for all", CLASSES),
    },
    "compared": {
        "with authors": "",
        "with lengths": (
            "predictions are compared with the lengths",
            "Which part holds the authors?",
        ),
    },
    "counted": {"right": "", "wrong": ("wrong predictions are counted, not right ones", FRACTION)},
    "batches": {
        "all": "",
        "first": ("only the first batch counts", SENTENCES),
        "last": ("only the last batch counts", SENTENCES),
    },
    "share": {
        "of all sentences": "",
        "mean of batches": ("each batch has a share of its own, and these are averaged", SENTENCES),
        "sum of batches": ("each batch has a share of its own, and these are summed", SENTENCES),
        "count": ("the number of hits comes back, not their share", FRACTION),
        "in percent": ("the share is in percent", FRACTION),
        "of batches": ("the hits are divided by the number of batches", FRACTION),
        "times": ("the hits are multiplied by the number of sentences", FRACTION),
        "negative": ("the share has the wrong sign", FRACTION),
        "from 1": ("the hits are counted from 1", FRACTION),
        "one more": ("one sentence too many is counted", FRACTION),
        "nothing": ("no hit is counted", FRACTION),
        "last batch of all": ("the hits of the last batch are divided by all sentences", SENTENCES),
    },
}


def ask_accuracy(case: Course) -> dict[str, Any]:
    return of_reader(case) | {"call": "accuracy", "args": ["the object", loader(case)]}


# ---- count_parameters


class Model(NamedTuple):
    """The shapes of what a model learns, of its frozen parameters, and of its buffers."""

    learns: list[Shape]
    frozen: list[Shape]
    buffers: list[Shape]


def count(case: Model, which: str = "trainable", what: str = "numbers") -> Value:
    shapes = {
        "trainable": case.learns,
        "frozen, too": case.learns + case.frozen,
        "buffers, too": case.learns + case.frozen + case.buffers,
        "frozen only": case.frozen,
        "matrices": [shape for shape in case.learns if len(shape) > 1],
        "all matrices": [shape for shape in case.learns + case.frozen if len(shape) > 1],
        "vectors": [shape for shape in case.learns if len(shape) == 1],
        "first": case.learns[:1],
        "last": case.learns[-1:],
    }[which]
    of_each = {
        "numbers": [int(np.prod(shape)) for shape in shapes],
        "tensors": [1] * len(shapes),
        "first axis": [shape[0] for shape in shapes],
        "last axis": [shape[-1] for shape in shapes],
        "axes": [len(shape) for shape in shapes],
        "sum of axes": [sum(shape) for shape in shapes],
    }[what]
    return sum(of_each)


COUNTED = "Which weights does training change?"
NUMBERS = "How many numbers does one Linear(3, 4) hold?"
PARAMETERS: Choices = {
    "which": {
        "trainable": "",
        "frozen, too": "",  # none of its models has any
        "buffers, too": ("buffers are counted, too", COUNTED),
        "frozen only": ("only parameters that training may not change are counted", COUNTED),
        "matrices": ("parameters with one axis, such as biases, are left out", COUNTED),
        "all matrices": ("parameters with one axis, such as biases, are left out", COUNTED),
        "vectors": ("only parameters with one axis, such as biases, are counted", COUNTED),
        "first": ("only the first parameter counts", COUNTED),
        "last": ("only the last parameter counts", COUNTED),
    },
    "what": {
        "numbers": "",
        "tensors": ("tensors are counted, not the numbers in them", NUMBERS),
        "first axis": ("only the first axis of each parameter is counted", NUMBERS),
        "last axis": ("only the last axis of each parameter is counted", NUMBERS),
        "axes": ("the axes of the parameters are counted", NUMBERS),
        "sum of axes": ("the sizes of each parameter are added, not multiplied", NUMBERS),
    },
}


def ask_count(case: Model) -> dict[str, Any]:
    return {
        "provide": PROVIDED,
        "new": ["Parts", *map(list, case)],
        "call": "count_parameters",
        "args": ["the object"],
    }


IDEAS = {
    "accuracy": Idea(
        answer=accuracy,
        choices=ACCURACY,
        ask=ask_accuracy,
        cases=[
            course(THREE_BATCHES, 6, 3, 0.4),
            course(TWO_BATCHES, 5, 4, 1.9),
            course(FOUR_BATCHES, 7, 3, 3.1),
            course(many((19, 37, 31, 10), 8, 4), 8, 4, 1.1),  # no other count is the same by chance
        ],
        fresh=[course(FOUR_BATCHES, 7, 3, 2.6), course(THREE_BATCHES[1:], 6, 3, 0.9)],
    ),
    "count_parameters": Idea(
        answer=count,
        choices=PARAMETERS,
        ask=ask_count,
        cases=[
            Model([[3, 5], [7], [2, 3, 4]], [[11, 2], [13]], [[17], [19]]),
            Model([[29], [5, 2]], [[4, 7]], [[2, 9]]),
        ],
        fresh=[Model([[6, 3], [4], [3, 8], [5]], [[9], [2, 5]], [[7, 2]])],
    ),
}
