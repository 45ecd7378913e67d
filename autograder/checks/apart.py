"""What must not be shared: weights by two models, and what others draw from the generators by a call.

stay_apart("CharLSTM", lambda: model.logits(tokens), lambda: Model(student, draw))
leave_the_generators_alone(student, "sample", lambda seed: student.call("sample", scores, seed=seed))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from autograder.checks.expect import Mismatch, close

Array = NDArray[Any]

SEEDS = (1, 2, 3, 4, 5, 6, 7)  # more than there are ids to draw in a check, lest one serve as a seed
GENERATORS = {"python": "random", "numpy": "numpy.random", "torch": "torch"}


def stay_apart(name: str, look: Callable[[], Array], another: Callable[[], object]) -> None:
    """Raise `Mismatch` if what `look` sees of a model changes when `another` is made, with other weights."""
    before = look()
    another()
    after = look()
    if after.shape != before.shape or not close(after, before).all():
        raise Mismatch(
            f"A second {name} with other weights changes what the first one gives.",
            "Where are the layers made: in __init__, for each model anew, or once for all?",
        )


def leave_the_generators_alone(student: Any, name: str, call: Callable[[int], object]) -> None:
    """Raise `Mismatch` if `call(seed)`, which starts from that seed, sets a seed of its own.

    Drawing from a generator leaves it where the seed and the draws put it. One that stands in the same place
    after two seeds, or in two places after one, was set.
    """
    found = [_after(student, call, seed) for seed in SEEDS]
    again = _after(student, call, SEEDS[0])
    for key, module in GENERATORS.items():
        if len({numbers[key] for numbers in found}) < len(SEEDS) or found[0][key] != again[key]:
            raise Mismatch(
                f"{name} sets the seed of {module}'s generator, on which everything else depends, too.",
                "Who decides on the seed of a run, and what do all later random numbers become?",
            )


def _after(student: Any, call: Callable[[int], object], seed: int) -> dict[str, float]:
    call(seed)
    numbers: dict[str, float] = student.random_numbers()
    return numbers
