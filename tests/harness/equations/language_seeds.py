"""What set_seed leaves in the three generators, and what code leaves there that goes its own way."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import numpy as np
import torch

from tests.harness.equations.making import Clause, Idea

CHECKS = {"training::set_seed_*": ["set_seed"]}
DEFAULT = 1337


class Seeds(NamedTuple):
    """The seed that is passed or None, and that from which all generators started before the call."""

    passed: int | None
    before: int


def set_seed(
    case: Seeds, python: str = "seed", numpy: str = "seed", pytorch: str = "seed", default: int = DEFAULT
) -> list[float]:
    """The next number of each generator."""
    passed = default if case.passed is None else case.passed
    seeds = {"seed": passed, "before": case.before, "default": default}
    generator = torch.Generator().manual_seed(seeds[pytorch])
    return [
        random.Random(seeds[python]).random(),
        float(np.random.RandomState(seeds[numpy]).random_sample()),
        float(torch.rand((), generator=generator)),
    ]


SEEDS = "Which generators does a run use, and does each of them start from the argument seed?"


def seeded(name: str) -> dict[Any, Clause]:
    return {
        "seed": "",
        "before": (f"the random numbers of {name} go on as before", SEEDS),
        "default": (f"{name} always starts from the default seed", SEEDS),
    }


def ask(case: Seeds) -> dict[str, Any]:
    return {
        "call": "set_seed",
        "args": [] if case.passed is None else [case.passed],
        "seed": case.before,
        "then_draws": ["python", "numpy", "torch"],
    }


IDEAS = {
    "set_seed": Idea(
        answer=set_seed,
        choices={
            "python": seeded("Python"),
            "numpy": seeded("NumPy"),
            "pytorch": seeded("PyTorch"),
            "default": {
                DEFAULT: "",
                **{
                    seed: (f"the default seed is {seed}", "Which default does the docstring give the seed?")
                    for seed in (0, 1, 42, 1234, DEFAULT - 1, DEFAULT + 1)
                },
            },
        },
        ask=ask,
        cases=[Seeds(5, 1), Seeds(71, 2), Seeds(None, 3)],
        fresh=[Seeds(912, 4), Seeds(None, 5)],
        named="random numbers",
    ),
}
