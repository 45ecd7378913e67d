"""Scores whose number of right answers is known: the grader decides which tokens are right, and shapes the
logits accordingly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, expect
from tests.visible.sequence_toolkit.support.padding import real

B, T, C = 4, 6, 5
LENGTHS = (3, 6, 1, 4)
SAME = "Does every token that counts, in whichever row, count the same?"
HINTS = {  # for a known wrong number; for the others the hint of the check will do
    "is the number of right tokens, not their fraction": "Right out of how many?",
    "is a percentage, not a fraction": "Which fraction says that every token is right?",
    "is the fraction of wrong tokens": "Which number should a perfect tagger get?",
    "equals the fraction that is right of the padding alone": "Does True in a mask mean a token or padding?",
    "is the mean of the accuracies of the rows": SAME,
}


class Batch(NamedTuple):
    """What token_accuracy gets, and where the highest score is that of the target."""

    logits: Array
    targets: Array
    mask: Array
    right: Array

    @property
    def share(self) -> float:
        return int((self.right & self.mask).sum()) / int(self.mask.sum())

    @property
    def scales(self) -> tuple[float, float, float]:
        """Percent, the share of wrong ones, a number of tokens: told wrongly, whatever is counted."""
        return 100 * self.share, 1 - self.share, float((self.right & self.mask).sum())

    def known(self) -> dict[str, float]:
        """Wrong numbers, by what they stand for."""
        right, mask = self.right, self.mask
        rows = [right[row][mask[row]].mean() for row in range(len(mask)) if mask[row].any()]
        percent, wrong, number = self.scales
        return {
            "is the number of right tokens, not their fraction": number,
            "is a percentage, not a fraction": percent,
            "is the fraction of wrong tokens": wrong,
            "equals the fraction that is right of all cells, padding included": float(right.mean()),
            "equals the number of right tokens divided by that of all cells, padding included": float(
                (right & mask).mean()
            ),
            "equals the fraction that comes out when every cell of padding is right": float(
                (right | ~mask).mean()
            ),
            "equals the fraction that is right of the padding alone": (
                float(right[~mask].mean()) if not mask.all() else np.inf
            ),
            "is the mean of the accuracies of the rows": float(np.mean(rows)),
        }


def batch(draw: Draw, mask: Array, right: Array) -> Batch:
    """Scores in which exactly `right` is right: the target is the best there, and another tag elsewhere."""
    logits = draw.distinct(*mask.shape, C, scale=2.0) - 1
    best = logits.argmax(-1)
    shift = draw.integers(1, C, *mask.shape)
    return Batch(logits, np.where(right, best, (best + shift) % C), mask, right)


def prefix(lengths: tuple[int, ...] = LENGTHS) -> Array:
    """The mask of rows of these lengths."""
    return real(lengths, T)


def everywhere(rows: int = B, columns: int = T) -> Array:
    """The mask of a batch without padding."""
    return np.ones((rows, columns), bool)


def some(draw: Draw, mask: Array, number: int) -> Array:
    """True at this many of the cells of the mask, by chance."""
    cells = np.argwhere(mask)[draw.order(int(mask.sum()))[:number]]
    chosen = np.zeros(mask.shape, bool)
    chosen[tuple(cells.T)] = True
    return chosen


def look(student: Student, given: Batch, hint: str) -> None:
    """The fraction, told apart from known wrong numbers."""
    got = student.call("token_accuracy", given.logits, given.targets, given.mask)
    share = expect(got, "token_accuracy").to_be_number(hint=hint)
    if abs(share - given.share) < 1e-5:
        return
    for words, wrong in given.known().items():
        if abs(share - wrong) < 1e-5:
            raise Mismatch(f"token_accuracy {words}.", HINTS.get(words, hint), share)
    raise Mismatch(
        "token_accuracy is not the fraction that is right of the tokens where mask is True.", hint, share
    )


def look_at_what_counts(student: Student, draw: Draw, given: Batch, hint: str) -> None:
    """As `look`; a function that gives percent, say, also without padding, loses its point for that alone."""
    try:
        look(student, given, hint)
    except Mismatch as failure:
        full = everywhere()
        plain = batch(draw.child("plain"), full, some(draw.child("right"), full, 17))
        share, of_all = failure.got, student.call("token_accuracy", *plain[:3])
        for scaled, wanted in zip(given.scales, plain.scales, strict=True):
            if isinstance(share, float) and abs(share - scaled) < 1e-3 * (1 + scaled):
                expect(of_all, "token_accuracy").to_be_number(wanted, otherwise=failure.message, hint=hint)
                return
        raise
