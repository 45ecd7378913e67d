"""What a call leaves to whoever draws random numbers after it."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks import Mismatch, Student, Value


def sets_no_seed(student: Student, name: str, call: Callable[[int], Value]) -> None:
    """Raise `Mismatch` if the generators stand in the same place after `call` from two seeds."""
    drawn = []
    for seed in (1, 2):
        call(seed)
        drawn.append(student.random_numbers())
    if any(drawn[0][generator] == drawn[1][generator] for generator in drawn[0]):
        raise Mismatch(
            f"After {name} the random numbers are always the same: it seeds the generators.",
            "Who else draws random numbers in the same run?",
        )
