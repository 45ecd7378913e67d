"""Checks of token_accuracy, on scores whose number of right answers is known.

The grader decides which tokens are right and shapes the logits accordingly, so that it knows the answer
without computing it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, describe, expect

Array = NDArray[Any]

B, T, C = 4, 6, 5
LENGTHS = (3, 6, 1, 4)
SAME = "Does every token that counts, in whichever row, count the same?"
RIGHT = "token_accuracy is not the fraction that is right of the tokens where mask is True."
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


def batch(draw: Draw, mask: Array, right: Array) -> Batch:
    """Scores in which exactly `right` is right: the target is the best there, and another tag elsewhere."""
    logits = draw.distinct(*mask.shape, C, scale=2.0) - 1
    best = logits.argmax(-1)
    shift = draw.integers(1, C, *mask.shape)
    return Batch(logits, np.where(right, best, (best + shift) % C), mask, right)


def prefix(lengths: tuple[int, ...] = LENGTHS, columns: int = T) -> Array:
    return np.arange(columns) < np.array(lengths)[:, None]


def some(draw: Draw, mask: Array, number: int) -> Array:
    """True at this many of the cells of the mask, by chance."""
    cells = np.argwhere(mask)[draw.order(int(mask.sum()))[:number]]
    chosen = np.zeros(mask.shape, bool)
    chosen[tuple(cells.T)] = True
    return chosen


SCALES: dict[str, Callable[[Batch], float]] = {  # what is wrong with the number, not with what it counts
    "percent": lambda given: 100 * given.share,
    "wrong ones": lambda given: 1 - given.share,
    "a number of tokens": lambda given: float((given.right & given.mask).sum()),
}


def look_at_what_counts(student: Any, draw: Draw, given: Batch, hint: str) -> None:
    """As `look`; a function that gives percent, say, also without padding, loses its point for that alone."""
    try:
        look(student, given, hint)
    except Mismatch as failure:
        full = np.ones((B, T), bool)
        plain = batch(draw.child("plain"), full, some(draw.child("right"), full, 17))
        share, of_all = failure.got, student.call("token_accuracy", *plain[:3])
        for scale in SCALES.values():
            if isinstance(share, float) and abs(share - scale(given)) < 1e-3 * (1 + scale(given)):
                expect(of_all, "token_accuracy").to_be_number(
                    scale(plain), otherwise=failure.message, hint=hint
                )
                return
        raise


def look(student: Any, given: Batch, hint: str) -> None:
    """The fraction, told apart from known wrong numbers."""
    got = student.call("token_accuracy", given.logits, given.targets, given.mask)
    share = expect(got, "token_accuracy").to_be_number(hint=hint)
    if abs(share - given.share) < 1e-5:
        return
    for words, wrong in _known(given).items():
        if abs(share - wrong) < 1e-5:
            raise Mismatch(f"token_accuracy {words}.", HINTS.get(words, hint), share)
    raise Mismatch(RIGHT, hint, share)


def _known(given: Batch) -> dict[str, float]:
    """Wrong numbers, by what they stand for."""
    right, mask = given.right, given.mask
    rows = [right[row][mask[row]].mean() for row in range(len(mask)) if mask[row].any()]
    return {
        "is the number of right tokens, not their fraction": float((right & mask).sum()),
        "is a percentage, not a fraction": 100 * given.share,
        "is the fraction of wrong tokens": 1 - given.share,
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


def one_number(student: Any, draw: Draw) -> None:
    """For a batch without padding, and for a single token."""
    for rows, columns in ((B, T), (1, 1)):
        everywhere = np.ones((rows, columns), bool)
        given = batch(draw, everywhere, some(draw, everywhere, 1))
        got = student.call("token_accuracy", given.logits, given.targets, given.mask)
        expect(got, "token_accuracy").to_be_number(hint="Which operation makes one number of many?")


def fraction(student: Any, draw: Draw) -> None:
    """Without padding: 17 of 24, all, none, one of one."""
    everywhere = np.ones((B, T), bool)
    for number in (17, B * T, 0):
        given = batch(draw, everywhere, some(draw, everywhere, number))
        look(student, given, "Along which axis do the scores of one token lie, and what do you divide by?")
    single = np.ones((1, 1), bool)
    look(student, batch(draw, single, single), "What is the fraction for a single token that is right?")


def padding_does_not_count(student: Any, draw: Draw) -> None:
    """Neither when the model happens to be right there nor when it is wrong."""
    hint = "Does a cell of padding count as right, as wrong, or not at all?"
    mask = prefix((4, 6, 4, 4))
    inside = some(draw, mask, 11)
    for right in (inside | ~mask, inside):
        look_at_what_counts(student, draw, batch(draw, mask, right), hint)
    # Padding whose target and whose best tag are both 0, as it often is.
    given = batch(draw, mask, inside)
    logits, targets = given.logits.copy(), given.targets.copy()
    logits[~mask] = 0
    logits[~mask, 0], targets[~mask] = 3, 0
    look_at_what_counts(
        student,
        draw,
        Batch(logits, targets, mask, inside | ~mask),
        "Is 0 the mark of padding, or a tag that real tokens have, too?",
    )
    # Tag 0 is a tag like any other, right or wrong.
    best = given.logits.argmax(-1)
    zeros = Batch(given.logits, np.where(inside, best, 0), mask, inside | (best == 0))
    look_at_what_counts(student, draw, zeros, "Is tag 0 a tag like any other?")


def tokens_count_the_same(student: Any, draw: Draw) -> None:
    """Rows of different lengths, one of them without any token, and masks with holes."""
    right = np.zeros((B, T), bool)
    right[0, :3] = right[1, :1] = right[2, :1] = True  # short rows are right, the long ones are not
    for lengths in (LENGTHS, (3, 6, 0, 4)):
        look_at_what_counts(student, draw, batch(draw, prefix(lengths), right), SAME)
    while True:
        holes, right = draw.integers(0, 2, B, T).astype(bool), some(draw, np.ones((B, T), bool), 11)
        left = np.arange(T) < holes.sum(1, keepdims=True)
        if holes.sum() > 0 and (right & left).sum() != (right & holes).sum():
            break
    look_at_what_counts(
        student,
        draw,
        batch(draw, holes, right),
        "Which cells of this mask are True, and are they always the first ones of a row?",
    )


def nothing_counts(student: Any, draw: Draw) -> None:
    """A batch of padding alone: 0.0 or nan."""
    share = _of_padding_alone(student, draw)
    if not (share == 0 or share != share):
        raise Mismatch(
            "For a batch whose mask is False everywhere, token_accuracy is neither 0.0 nor nan.",
            "How many tokens are right there, and out of how many?",
        )


def nothing_counts_as_zero(student: Any, draw: Draw) -> None:
    """A notice: nan is no mistake, but it spreads."""
    share = _of_padding_alone(student, draw)
    if share != share:
        raise Mismatch(
            "For a batch whose mask is False everywhere, token_accuracy is nan, and so is every mean over "
            "batches that this number enters.",
            "What could you divide by so that the result is 0.0?",
        )


def _of_padding_alone(student: Any, draw: Draw) -> float:
    given = batch(draw, np.zeros((B, T), bool), some(draw, np.ones((B, T), bool), 10))
    got = student.call("token_accuracy", given.logits, given.targets, given.mask)
    value = got.item() if isinstance(got, np.ndarray) and got.size == 1 and got.dtype.kind in "iuf" else got
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Mismatch(f"token_accuracy was wanted as a number; got {describe(got)}.")
    return float(value) if isinstance(value, float) else float(value != 0)


def inputs_stay(student: Any, draw: Draw) -> None:
    mask = prefix()
    given = batch(draw, mask, some(draw, mask, 9))[:3]
    _, after = student.call_and_see("token_accuracy", *given)
    if not are_unchanged(after, *given):
        raise Mismatch(
            "token_accuracy changes the tensors that it is given.",
            "Which of your lines writes into an input?",
        )


def takes_numbers_as_a_mask(student: Any, draw: Draw) -> None:
    """A notice: 0 and 1 instead of False and True."""
    mask = prefix()
    given = batch(draw, mask, some(draw, mask, 9))
    got = student.call("token_accuracy", given.logits, given.targets, mask.astype(np.int64))
    expect(got, "token_accuracy").to_be_number(
        given.share,
        otherwise="With a mask of 0 and 1 instead of False and True, {name} is not the fraction that is "
        "right of the tokens marked 1.",
        hint="What does indexing with whole numbers pick, and what does indexing with booleans pick?",
        tolerance=1e-5,
    )
