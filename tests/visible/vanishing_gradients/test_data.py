"""A data set of one's own. No points: data.py is given."""

import contextlib

import numpy as np

from autograder.checks import Draw, Mismatch, Student, StudentFailure, as_id, expect, needs
from tests.visible.vanishing_gradients.test_models import test_rnn_keeps_its_shapes


@needs(test_rnn_keeps_its_shapes)
def test_targets_are_the_next_tokens(student: Student, draw: Draw) -> None:
    """LMDataset, if you wrote your own: the target of each token is the next one

    The last window may be left out, as the handout's own data set does.
    """
    ids = [int(each) for each in draw.integers(2, 50, 10)]
    with contextlib.suppress(StudentFailure):  # none was handed in, or one with an interface of its own
        data = student.new("LMDataset", ids, seq_len=4)
        if as_id(data.method("__len__"), "The length of LMDataset") not in (5, 6):
            raise Mismatch(
                "With 10 ids and seq_len=4, the length of LMDataset is neither 6 nor 5.",
                "How many ids does one pair of x and y need?",
            )
        for start in range(5):
            pair = expect(data.method("__getitem__", start), "LMDataset's x", "LMDataset's y")
            x, y = pair.to_be_shaped((4,), (4,), dtype="int64")
            window = ids[start : start + 5]
            if not np.array_equal(x, window[:-1]) or not np.array_equal(y, window[1:]):
                raise Mismatch(
                    "LMDataset's y does not hold the id that follows each id of x.",
                    "Is y[0] the same as x[1]?",
                )
