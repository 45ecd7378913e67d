"""How worked examples are written down: what goes in, the steps with their numbers, how to ask the code.

One idea is a list of examples, the smallest first. A step that the code answers has a place in that answer
(`at`); the others are there to be followed on paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

Numbers = float | str | Sequence[Any]
Idea = list[dict[str, Any]]
Rows = Sequence[Sequence[tuple[Any, ...]]]  # of scores and target, and what else there is to a token
TABLE = [[0, 0, 0], [0, 0, 1], [0, 2, 0]]
KNOWN = """
import torch
from torch import nn

HOMES = {}


class Known(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.tensor([[0.0, 0, 0], [0, 0, 1], [0, 2, 0]]))

"""


def example(
    title: str,
    given: Iterable[tuple[str, Numbers]],
    steps: Iterable[list[Any]],
    ask: dict[str, Any],
    also: Iterable[Sequence[Numbers]] = (),
    alone: bool = False,
) -> dict[str, Any]:
    """One example, as it stands in the file. `also` are other right answers: numbers per asked step.

    `alone`: of lines that do not build on each other only the wrong one is shown.
    """
    made = {
        "title": title,
        "given": [[name, _flat(numbers)] for name, numbers in given],
        "steps": list(steps),
        "ask": ask,
    }
    others = [[_flat(numbers) for numbers in answer] for answer in also]
    return made | ({"also": others} if others else {}) | ({"alone": True} if alone else {})


def step(name: str, how: str, numbers: Numbers, at: list[int | str] | None = None) -> list[Any]:
    return [name, how, _flat(numbers), at]


def floats(*rows: Any) -> dict[str, Any]:
    return {"float": list(rows)}


def ints(*rows: Any) -> dict[str, Any]:
    return {"int": list(rows)}


def scores_and_targets(rows: Rows) -> list[Any]:
    """The arguments of a loss: scores and targets."""
    scores = floats(*([list(each) for each, *_ in row] for row in rows))
    return [scores, ints(*([target for _, target, *_ in row] for row in rows))]


def told_of(rows: Rows) -> list[tuple[str, Numbers]]:
    """The scores and targets of a single row, by name."""
    [row] = rows
    if len(row) == 1:
        return [("scores", row[0][0]), ("target", row[0][1])]
    steps = [(f"{'' if i else 'scores, '}step {i + 1}", each) for i, (each, *_) in enumerate(row)]
    return [*steps, ("targets", [target for _, target, *_ in row])]


def known(arguments: str, answer: str) -> list[Any]:
    """To `provide` a model of which a token that is read gives scores by itself: its row of TABLE."""
    forward = f"    def forward(self, {arguments}):\n        return {answer}\n"
    return ["known", KNOWN + forward, ["Known"]]


def sigma(a: float) -> float:
    return 1 / (1 + math.exp(-a))


tanh = math.tanh


def cross_entropy(scores: Sequence[float], target: int) -> float:
    """−ln of the share that softmax gives the target."""
    return math.log(sum(math.exp(score) for score in scores)) - scores[target]


def _flat(numbers: Numbers) -> list[float | str]:
    if isinstance(numbers, str):
        return [numbers]
    if isinstance(numbers, (int, float)):
        return [round(numbers, 6)]
    return [each for part in numbers for each in _flat(part)]
