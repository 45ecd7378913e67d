"""A finding about a data set of windows that somebody wrote instead of the given one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, expect


def targets_are_the_next_tokens(student: Any, draw: Draw) -> None:
    """y is x one step on; the last window may be left out, as the handout's own data set does."""
    ids = [int(each) for each in draw.integers(2, 50, 10)]
    try:
        data = student.new("LMDataset", ids, seq_len=4)
        count = student.method(data, "__len__")
        if count not in (5, 6):
            raise Mismatch(
                "LMDataset makes another number of windows of 4 out of 10 ids than 6, or 5 without the last.",
                "How many targets does a window of seq_len inputs need?",
            )
        for start in range(5):
            x, y = expect(student.method(data, "__getitem__", start), "x", "y").to_be_shaped(
                (4,), (4,), dtype="int64"
            )
            if not np.array_equal(x, ids[start : start + 4]) or not np.array_equal(
                y, ids[start + 1 : start + 5]
            ):
                raise Mismatch(
                    "LMDataset's y is not the x of the same place, one step on.", "Is y[0] the same as x[1]?"
                )
    except Exception as error:
        if hasattr(error, "sentence"):
            return  # none was handed in, or one with an interface of its own
        raise
