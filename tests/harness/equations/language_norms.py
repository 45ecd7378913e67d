"""What the norm of the recurrent gradient is, and what code computes that goes its own way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array
from tests.harness.equations.language_provided import MODULE, NAMES, SOURCE, Weights, chain
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {"training::norm_*": ["l2_grad_norm_recurrent"]}


class Model(NamedTuple):
    """A `Chain` with gradients: its kind, the number of words, the width."""

    kind: str
    words: int
    width: int


WHOSE: dict[str, Clause] = {
    "weight_hh": "",
    **{
        name: (clause, "Which weights multiply the last hidden state, and what does PyTorch call them?")
        for name, clause in {
            "weight_ih": "the gradient of weight_ih is measured, which multiplies the input",
            "_hh": "the recurrent bias counts, too",
            "bias_hh": "the gradient of the recurrent bias is measured",
            "layer": "all weights of the recurrent layer count",
            "all": "the gradients of all weights count",
            "others": "the gradients of all weights but the recurrent ones count",
            "fc": "the gradients of the linear layer are measured",
            "weight_hh_l0": "only the recurrent weights of an LSTM are found, not those of an RNN",
            "weight_hh alone": "only the recurrent weights of an RNN are found, not those of an LSTM",
            "none": "no gradient is found",
        }.items()
    },
}
NORM = "How does an L2 norm follow from all entries of a gradient?"


def hinted(right: str, clauses: Mapping[str, str]) -> dict[Any, Clause]:
    return {right: "", **{name: (clause, NORM) for name, clause in clauses.items()}}


EACH = hinted(
    "squares",
    {
        "absolute": "absolute values are added up where an L2 norm has squares",
        "largest": "the largest entry stands for the whole gradient",
        "mean square": "the mean of the squares is taken, not their sum",
        "twice": "every square is added twice",
        "unit": "the gradient is scaled to norm 1 before it is measured",
        "singular": "the largest singular value is taken, not the norm of all entries",
        "first row": "only the first row of a gradient is measured",
        "cubed": "the norm has the power 3 where a square belongs",
        "not squared": "the norms are not squared before they are added",
        "sum": "the entries are added up without squares",
        "negative": "the squares are subtracted",
    },
)
ENDS = hinted(
    "root",
    {
        "square": "the root is left out",
        "from 1": "the sum of the squares starts from 1",
        "rounded": "the norm is rounded to one digit",
        "log": "the logarithm of the norm comes back",
        "halved": "the sum is divided by 2 where the root belongs",
    },
)
MEASURED = hinted("gradient", {"weight": "the weights are measured, not their gradient"})


RARE = {"singular", "unit", "largest", "first row", "mean square", "rounded", "log", "halved"}


def is_rare(way: Way) -> bool:
    """Whether a way has what is seldom done beside another slip."""
    return len(way) > 1 and not RARE.isdisjoint(way.values())


def norm(
    case: Model,
    whose: str = "weight_hh",
    measured: str = "gradient",
    each: str = "squares",
    ends: str = "root",
) -> float:
    weights, gradients = chain(*case)
    found = _found(gradients if measured == "gradient" else weights, whose)
    total = sum(_square(every, each) for every in found) + (ends == "from 1")
    if ends in ("square", "halved"):
        return total if ends == "square" else total / 2
    root = math.sqrt(total)
    return {"rounded": lambda: round(root, 1), "log": lambda: math.log(root)}.get(ends, lambda: root)()


def _found(every: Weights, whose: str) -> list[Array]:
    is_counted = {
        "all": lambda name: True,
        "none": lambda name: False,
        "others": lambda name: "weight_hh" not in name,
        "layer": lambda name: name.startswith(("rnn", "lstm")),
        "fc": lambda name: name.startswith("fc"),
        "weight_hh alone": lambda name: name.endswith("weight_hh"),
    }.get(whose, lambda name: whose in name)
    return [numbers for name, numbers in every.items() if is_counted(name)]


def _square(numbers: Array, each: str) -> float:
    square = float((numbers**2).sum())
    return {
        "absolute": lambda: float(np.abs(numbers).sum() ** 2),
        "largest": lambda: float(np.abs(numbers).max() ** 2),
        "mean square": lambda: square / numbers.size,
        "twice": lambda: 2 * square,
        "unit": lambda: 1.0,
        "singular": lambda: float(np.linalg.norm(numbers, 2) ** 2),
        "first row": lambda: float((numbers[0] ** 2).sum()),
        "cubed": lambda: square**1.5,
        "not squared": lambda: math.sqrt(square),
        "sum": lambda: float(numbers.sum() ** 2),
        "negative": lambda: -square,
    }.get(each, lambda: square)()


def ask(case: Model) -> dict[str, Any]:
    return {
        "provide": [MODULE, SOURCE, NAMES],
        "new": ["Chain", *case, True],
        "call": "l2_grad_norm_recurrent",
        "args": ["the object"],
    }


IDEAS = {
    "l2_grad_norm_recurrent": Idea(
        answer=norm,
        choices={"whose": WHOSE, "measured": MEASURED, "each": EACH, "ends": ENDS},
        ask=ask,
        cases=[Model("RNN", 5, 3), Model("LSTM", 4, 2)],
        fresh=[Model("LSTM", 3, 5), Model("RNN", 6, 2)],
        senseless=is_rare,
    )
}
