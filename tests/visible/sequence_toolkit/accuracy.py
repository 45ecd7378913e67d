"""Checks of token_accuracy, on scores whose number of right answers is known.

The grader decides which tokens are right and shapes the logits accordingly, so that it knows the answer
without computing it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, describe, expect

Array = NDArray[Any]

B, T, C = 4, 6, 5
LENGTHS = (3, 6, 1, 4)
SAME = "Does every token that counts, in whichever row, count the same?"


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


def look(student: Any, given: Batch, hint: str, **known: float) -> None:
    """The fraction; `known` are wrong numbers by what they stand for."""
    got = student.call("token_accuracy", given.logits, given.targets, given.mask)
    share = expect(got, "token_accuracy").to_be_number(hint=hint)
    if abs(share - given.share) < 1e-5:
        return
    for words, wrong in known.items():
        if abs(share - wrong) < 1e-5 and abs(wrong - given.share) > 1e-3:
            raise Mismatch(f"token_accuracy {words.replace('_', ' ')}.", hint, share)
    raise Mismatch("token_accuracy is not the fraction of unmasked tokens that are right.", hint, share)


def fraction(student: Any, draw: Draw) -> None:
    """Without padding: 17 of 24, all, none, one of one."""
    everywhere = np.ones((B, T), bool)
    for number in (17, B * T, 0):
        given = batch(draw, everywhere, some(draw, everywhere, number))
        look(
            student,
            given,
            "Along which axis do the scores of one token lie, and what do you divide by?",
            is_the_number_of_right_tokens__not_their_fraction=float(number),
            is_a_percentage__not_a_fraction=100 * given.share,
            is_the_fraction_of_wrong_tokens=1 - given.share,
        )
    single = np.ones((1, 1), bool)
    look(student, batch(draw, single, single), "What is the fraction for a single token that is right?")


def padding_does_not_count(student: Any, draw: Draw) -> None:
    """Neither when the model happens to be right there nor when it is wrong."""
    mask = prefix()
    inside = some(draw, mask, 9)
    for right in (inside | ~mask, inside):
        given = batch(draw, mask, right)
        look(
            student,
            given,
            "Is an empty cell a success, a failure, or neither?",
            counts_the_padding=right.mean(),
            divides_by_the_number_of_all_cells__padding_included=inside.mean(),
            counts_padding_as_right=(inside | ~mask).mean(),
            counts_the_padding_only=right[~mask].mean(),
        )
    # Padding whose target and whose best tag are both 0, as it often is.
    given = batch(draw, mask, inside)
    logits, targets = given.logits.copy(), given.targets.copy()
    logits[~mask] = 0
    logits[~mask, 0], targets[~mask] = 3, 0
    look(student, Batch(logits, targets, mask, inside | ~mask), "What is 0 in your set of tags?")
    # Tag 0 is a tag as any other, right or wrong.
    logits = given.logits.copy()
    logits[mask] = np.roll(logits[mask], 1, -1)
    look(student, Batch(logits, logits.argmax(-1) * inside, mask, inside | (logits.argmax(-1) == 0)), SAME)


def tokens_count_the_same(student: Any, draw: Draw) -> None:
    """Rows of different lengths, one of them without any token, and masks with holes."""
    right = np.zeros((B, T), bool)
    right[0, :3] = right[1, :1] = right[2, :1] = True  # short rows are right, the long ones are not
    mask = prefix()
    rows = [right[row, : LENGTHS[row]].mean() for row in range(B)]
    look(
        student,
        batch(draw, mask, right),
        SAME,
        is_the_mean_of_the_accuracies_of_the_rows=float(np.mean(rows)),
    )
    empty = prefix((3, 6, 0, 4))
    look(student, batch(draw, empty, right), SAME)
    while True:
        holes = draw.integers(0, 2, B, T).astype(bool)
        if 0 < holes[:, 0].sum() < B and 8 < holes.sum() < 16:
            break
    look(
        student, batch(draw, holes, some(draw, np.ones((B, T), bool), 11)), "Which cells does the mask name?"
    )


def nothing_counts(student: Any, draw: Draw) -> None:
    """A batch of padding alone: 0.0 or nan."""
    share = _of_padding_alone(student, draw)
    if not (share == 0 or share != share):
        raise Mismatch(
            "Of a batch without any token, token_accuracy is neither 0.0 nor nan.",
            "How many tokens are right there, and out of how many?",
        )


def nothing_counts_as_zero(student: Any, draw: Draw) -> None:
    """A notice: nan is no mistake, but it spreads."""
    share = _of_padding_alone(student, draw)
    if share != share:
        raise Mismatch(
            "Of a batch without any token, token_accuracy is nan, which spoils every mean that it enters.",
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
    _, after = student.call_and_see("token_accuracy", *(part.copy() for part in given))
    if not isinstance(after, list) or not all(map(np.array_equal, given, after)):
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
        otherwise="With a mask of 0 and 1 instead of False and True, {name} is another number.",
        hint="Which type has a mask that chooses, and which one that counts?",
        tolerance=1e-5,
    )
