"""A finding about a data set of windows that somebody wrote instead of the given one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.answers import as_id
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect


def targets_are_the_next_tokens(student: Any, draw: Draw) -> None:
    """y is x one step on; the last window may be left out, as the handout's own data set does."""
    ids = [int(each) for each in draw.integers(2, 50, 10)]
    try:
        data = student.new("LMDataset", ids, seq_len=4)
        count = as_id(student.method(data, "__len__"), "The length of LMDataset")
        if count not in (5, 6):
            raise Mismatch(
                "With 10 ids and seq_len=4, the length of LMDataset is neither 6 nor 5.",
                "How many ids does one pair of x and y need?",
            )
        for start in range(5):
            x, y = expect(
                student.method(data, "__getitem__", start), "LMDataset's x", "LMDataset's y"
            ).to_be_shaped((4,), (4,), dtype="int64")
            if not np.array_equal(x, ids[start : start + 4]) or not np.array_equal(
                y, ids[start + 1 : start + 5]
            ):
                raise Mismatch(
                    "LMDataset's y does not hold the id that follows each id of x.",
                    "Is y[0] the same as x[1]?",
                )
    except Exception as error:
        if hasattr(error, "sentence"):
            return  # none was handed in, or one with an interface of its own
        raise
