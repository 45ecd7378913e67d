"""How assignment 3B's model writes: what samples and generates, and what code does that goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, alone

CHECKS = {
    "autoregressive::sample_*": ["sample"],
    "autoregressive::generate_*": ["sample", "generate"],
}
softmax = FUNCTIONS["softmax"]

# ---- sample


class Scores(NamedTuple):
    """Scores, all above 0, and a temperature; None is passed to nobody."""

    scores: Array
    temperature: float | None


def sample(case: Scores, scaled: str = "/ T", shares: str = "softmax", picks: str = "drawn") -> Any:
    """As PyTorch draws after each question's seed, which is 0."""
    scores, heat = case.scores, 1.0 if case.temperature is None else case.temperature
    if heat == 0 and picks not in ("list", "score"):
        return int(scores.argmin() if picks == "lowest at 0" else scores.argmax())
    if heat == 0:
        return [int(scores.argmax())] if picks == "list" else scores.max()
    by = {"/ T": 1 / heat, "* T": heat, "ignored": 1.0, "/ T²": heat**-2, "/ √T": heat**-0.5}[scaled]
    chances = {
        "softmax": lambda: softmax(scores * by),
        "twice": lambda: softmax(softmax(scores) * by),
        "sigmoid": lambda: FUNCTIONS["σ"](scores * by),
        "equal": lambda: np.ones_like(scores),
        "scores": lambda: scores * by,
        "turned": lambda: softmax(-scores * by),
    }[shares]()
    if picks == "two likeliest":
        chances = chances * (scores >= np.sort(scores)[-2])
    at = _drawn(chances, torch.Generator().manual_seed(0))
    if picks == "likeliest":
        at = int(chances.argmax())
    return {"list": [at], "score": scores[at]}.get(picks, at)


def _drawn(chances: Array, generator: torch.Generator) -> int:
    return int(torch.multinomial(torch.tensor(chances, dtype=torch.float32), 1, generator=generator))


HEAT = "What is divided by the temperature, and which temperature makes a choice bolder?"
SHARE = "How do scores become probabilities?"
PICK = "Is an id drawn, and what comes back?"
SAMPLED: dict[str, dict[Any, Clause]] = {
    "scaled": {
        "/ T": "",
        "* T": ("the scores are multiplied by the temperature", HEAT),
        "ignored": ("every temperature but 0 is taken for 1", HEAT),
        "/ T²": ("the scores are divided by the square of the temperature", HEAT),
        "/ √T": ("the scores are divided by the root of the temperature", HEAT),
    },
    "shares": {
        "softmax": "",
        "twice": ("the temperature acts on probabilities, and softmax comes twice", SHARE),
        "sigmoid": ("sigmoid is applied to each score, not softmax to all", SHARE),
        "equal": ("every id has the same chance, whatever the scores", SHARE),
        "scores": ("scores are taken for probabilities", SHARE),
        "turned": ("the lowest scores have the highest chances", SHARE),
    },
    "picks": {
        "drawn": "",
        "likeliest": ("the likeliest id is always taken", PICK),
        "two likeliest": ("only the two likeliest ids are ever drawn", PICK),
        "lowest at 0": ("a temperature of 0 takes the id with the lowest score", PICK),
        "score": ("the score of an id comes back, not the id", PICK),
        "list": ("an id comes back in a list", PICK),
    },
}


def ask_sample(case: Scores) -> dict[str, Any]:
    more = [] if case.temperature is None else [case.temperature]
    return {"call": "sample", "args": [{"float": case.scores.tolist()}, *more]}


def scores(count: int, phase: float, temperature: float | None) -> Scores:
    numbers = 2.7 + 2.6 * np.sin(phase + 2.4 * np.arange(count))
    return Scores(np.round(numbers, 2), temperature)


# ---- generate

# The grader's own model, whose scores at a step depend on all tokens up to it, and on their places.
MODULE = "writer_of_equations"
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Writer(nn.Module):
    def __init__(self, words, phase):
        super().__init__()
        self.phase = nn.Parameter(torch.tensor(float(phase)))
        self.words = words

    def forward(self, tokens):
        places = torch.arange(1, tokens.shape[1] + 1)
        read = ((tokens + 1) * (places + 2)).cumsum(1).double()
        at = torch.arange(self.words)
        return (4 * torch.sin(self.phase + read[..., None] * (1.7 + 0.9 * at))).float()
"""


class Start(NamedTuple):
    """A seed that is continued at a temperature of 0, by a model of so many words."""

    seed: Sequence[int]
    end: int
    most: int
    words: int
    phase: float


def _scores_of(case: Start, tokens: Sequence[int]) -> Array:
    """(T, V)"""
    places = np.arange(1, len(tokens) + 1)
    read = np.cumsum((np.array(tokens) + 1) * (places + 2))
    return np.asarray(4 * np.sin(case.phase + read[:, None] * (1.7 + 0.9 * np.arange(case.words))))


def generate(
    case: Start,
    reads: str = "all",
    step: str = "last",
    stops: str = "end",
    length: str = "list",
    returns: str = "list",
    heat: str = "passed",
) -> Any:
    made, generator = list(case.seed), torch.Generator().manual_seed(0)
    many = {"list": 0, "new": len(case.seed), "one more": 1, "one less": -1}.get(length, 0)
    most = case.most + many if length != "never" else 0
    while len(made) < most:
        read = {
            "all": made,
            "last": made[-1:],
            "seed": list(case.seed),
            "backwards": made[::-1],
            "five": made[-5:],
            "two": made[-2:],
            "new": made[len(case.seed) :] or made,
            "without first": made[1:],
        }[reads]
        told = _scores_of(case, read)
        chosen = {
            "last": lambda told=told: told[-1],
            "first": lambda told=told: told[0],
            "second": lambda told=told: told[1],
            "before": lambda told=told: told[-2],
            "mean": lambda told=told: told.mean(0),
            "token": lambda: np.zeros(1),
            "lowest": lambda told=told: -told[-1],
        }[step]()
        made.append(int(chosen.argmax()) if heat == "passed" else _drawn(softmax(chosen), generator))
        if _is_over(made, case, stops):
            break
    drop = returns == "without end" and made[-1] == case.end
    return {
        "new": made[len(case.seed) :],
        "from second": made[1:],
        "tensor": np.array(made),
        "rows": np.array([made]),
        "last": made[-1],
    }.get(returns, made[:-1] if drop else made)


def _is_over(made: list[int], case: Start, stops: str) -> bool:
    return {
        "end": made[-1] == case.end,
        "never": False,
        "at once": True,
        "not end": made[-1] != case.end,
        "first": made[0] == case.end,
        "second": made[1:2] == [case.end],
        "before": made[-2:-1] == [case.end],
        "0": made[-1] == 0,
        "2": made[-1] == 2,
        "anywhere": case.end in made,
    }[stops]


READ = "What does the model read each time, and in which order?"
STEP = "Which step's scores say what comes next?"
OVER = "When is a text finished?"
LONG = "Which ids does max_length count, and when is it looked at?"
BACK = "What does the list begin with, and what is its last id?"
GENERATED: dict[str, dict[Any, Clause]] = {
    "reads": {
        "all": "",
        "last": ("the model reads the last token only", READ),
        "seed": ("the model reads the seed only, and never a new token", READ),
        "backwards": ("the model reads the list backwards", READ),
        "five": ("the model reads the last five tokens only", READ),
        "two": ("the model reads the last two tokens only", READ),
        "new": ("the model does not read the seed once there is a new token", READ),
        "without first": ("the model does not read the first token", READ),
    },
    "step": {
        "last": "",
        "first": ("the scores of the first step are taken", STEP),
        "second": ("the scores of the second step are taken", STEP),
        "before": ("the scores of the step before the last are taken", STEP),
        "mean": ("the mean of the scores of all steps is taken", STEP),
        "token": ("the token itself is sampled from, and no score", STEP),
        "lowest": ("the id with the lowest score is taken", STEP),
    },
    "stops": {
        "end": "",
        "never": ("the end does not end the loop", OVER),
        "at once": ("the loop ends after its first new token", OVER),
        "not end": ("the loop ends at the first new token that is not the end", OVER),
        "first": ("the first token of the list is compared with the end", OVER),
        "second": ("the second token of the list is compared with the end", OVER),
        "before": ("the token before the last is compared with the end", OVER),
        "0": ("the loop ends at the id 0, whatever end is", OVER),
        "2": ("the loop ends at the id 2, whatever end is", OVER),
        "anywhere": ("the loop ends when the end is anywhere in the list", OVER),
    },
    "length": {
        "list": "",
        "new": ("max_length counts new tokens only", LONG),
        "one more": ("the list may have one token more than max_length", LONG),
        "one less": ("the list may have one token less than max_length", LONG),
        "never": ("no token is added", LONG),
    },
    "returns": {
        "list": "",
        "new": ("the seed is not part of what comes back", BACK),
        "without end": ("the end is not kept in the list", BACK),
        "from second": ("the first token of the list does not come back", BACK),
        "tensor": ("a tensor comes back, and no list", BACK),
        "rows": ("a tensor with one row comes back, and no list", BACK),
        "last": ("only the last id comes back", BACK),
    },
    "heat": {
        "passed": "",
        "1": ("the temperature is not handed on to sample", "What does sample take when none is passed?"),
    },
}


def ask_generate(case: Start) -> dict[str, Any]:
    return {
        "provide": [MODULE, SOURCE, ["Writer"]],
        "new": ["Writer", case.words, case.phase],
        "call": "generate",
        "args": ["the object", list(case.seed), case.end, case.most, 0.0],
    }


IDEAS = {
    "sample": Idea(
        answer=sample,
        choices=SAMPLED,
        ask=ask_sample,
        cases=[
            scores(7, 0.4, 0.0),
            scores(6, 1.3, 2.5),
            scores(9, 2.9, 0.7),
            scores(13, 3.3, 3.0),
            scores(8, 5.2, 0.6),
            scores(11, 0.9, None),
            scores(5, 4.1, 4.0),
            scores(10, 2.2, 0.5),
            scores(6, 1.5, 0.25),
        ],
        fresh=[
            scores(9, 3.4, 0.0),
            scores(15, 2.3, 2.1),
            scores(11, 0.2, 0.5),
            scores(20, 4.4, None),
            scores(33, 1.1, 4.0),
        ],
    ),
    "generate": Idea(
        answer=generate,
        choices=GENERATED,
        ask=ask_generate,
        senseless=alone(
            reads=("five", "two", "new", "without first"),
            step=("mean", "lowest"),
            returns=("last", "rows", "tensor", "from second"),
        ),
        cases=[
            Start([3, 1, 5], 9, 8, 7, 0.9),
            Start([4, 2], 4, 9, 7, 0.3),
            Start([1, 4], 4, 10, 6, 1.3),
            Start([5], 0, 8, 6, 2.1),
        ],
        fresh=[Start([1, 4], 3, 9, 6, 0.9), Start([3, 1, 5], 9, 7, 7, 0.9), Start([1, 4], 2, 10, 6, 1.3)],
    ),
}
