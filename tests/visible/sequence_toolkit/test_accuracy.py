"""token_accuracy: the fraction of real tokens that are right."""

from __future__ import annotations

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, describe, expect, needs, sequences
from tests.visible.sequence_toolkit.support.accuracy import (
    LENGTHS,
    SAME,
    B,
    Batch,
    T,
    batch,
    everywhere,
    look,
    look_at_what_counts,
    prefix,
    some,
)
from tests.visible.sequence_toolkit.support.padding import real


def test_accuracy_is_one_number(student: Student, draw: Draw) -> None:
    """token_accuracy: one number for a whole batch"""

    def number(mask: Array, right: Array) -> float:
        given = batch(draw, mask, right)
        got = student.call("token_accuracy", given.logits, given.targets, given.mask)
        return expect(got, "token_accuracy").to_be_number(hint="Which operation makes one number of many?")

    one, _ = [number(mask, some(draw, mask, 1)) for mask in (everywhere(), everywhere(1, 1))]
    if abs(number(everywhere(), everywhere()) - one) < 1e-6:  # else 0 would be right where nothing counts
        raise Mismatch(
            "token_accuracy is the same where one token is right and where all are.",
            "On which of its arguments does the number depend?",
        )


@needs(test_accuracy_is_one_number)
def test_accuracy_is_a_fraction(student: Student, draw: Draw) -> None:
    """token_accuracy: the fraction of tokens whose highest score is that of the target"""
    for number in (17, B * T, 0):
        given = batch(draw, everywhere(), some(draw, everywhere(), number))
        look(student, given, "Along which axis do the scores of one token lie, and what do you divide by?")
    if not draw.symmetric:
        large = everywhere(*(int(size) for size in draw.integers(25, 50, 2)))
        given = batch(draw, large, some(draw, large, large.size // 3))
        look(student, given, "Do all rows and all steps count, however many there are?")
    single = everywhere(1, 1)
    look(student, batch(draw, single, single), "What is the fraction for a single token that is right?")


@needs(test_accuracy_is_one_number)
def test_padding_does_not_count(student: Student, draw: Draw) -> None:
    """token_accuracy: masked tokens are neither right nor wrong"""
    mask = prefix((4, 6, 4, 4))
    inside = some(draw, mask, 11)
    for right in (inside | ~mask, inside):
        given = batch(draw, mask, right)
        hint = "Does a cell of padding count as right, as wrong, or not at all?"
        look_at_what_counts(student, draw, given, hint)
    # Padding whose target and whose best tag are both 0, as it often is.
    given = batch(draw, mask, inside)
    logits, targets = given.logits.copy(), given.targets.copy()
    logits[~mask] = 0
    logits[~mask, 0], targets[~mask] = 3, 0
    padded = Batch(logits, targets, mask, inside | ~mask)
    hint = "Is 0 the mark of padding, or a tag that real tokens have, too?"
    look_at_what_counts(student, draw, padded, hint)
    # Tag 0 is a tag like any other, right or wrong.
    best = given.logits.argmax(-1)
    zeros = Batch(given.logits, np.where(inside, best, 0), mask, inside | (best == 0))
    look_at_what_counts(student, draw, zeros, "Is tag 0 a tag like any other?")


@needs(test_accuracy_is_one_number)
def test_tokens_count_the_same(student: Student, draw: Draw) -> None:
    """token_accuracy: each token counts the same, in short rows and long ones"""
    right = np.zeros((B, T), bool)
    right[0, :3] = right[1, :1] = right[2, :1] = True  # short rows are right, the long ones are not
    for lengths in (LENGTHS, (3, 6, 0, 4)):
        look_at_what_counts(student, draw, batch(draw, prefix(lengths), right), SAME)
    while True:
        holes, right = draw.integers(0, 2, B, T).astype(bool), some(draw, everywhere(), 11)
        left = real(holes.sum(1), T)
        if holes.sum() > 0 and (right & left).sum() != (right & holes).sum():
            break
    hint = "Which cells of this mask are True, and are they always the first ones of a row?"
    look_at_what_counts(student, draw, batch(draw, holes, right), hint)


@needs(test_accuracy_is_one_number)
def test_a_batch_of_padding_alone(student: Student, draw: Draw) -> None:
    """token_accuracy: a batch without any real token gives 0.0 or nan, and no error"""
    share = _of_padding_alone(student, draw)
    if not (share == 0 or np.isnan(share)):
        raise Mismatch(
            "For a batch whose mask is False everywhere, token_accuracy is neither 0.0 nor nan.",
            "How many tokens are right there, and out of how many?",
        )


@needs(test_accuracy_is_one_number, test_a_batch_of_padding_alone)
def test_padding_alone_gives_a_number(student: Student, draw: Draw) -> None:
    """token_accuracy: 0.0 rather than nan for a batch without any real token"""
    if np.isnan(_of_padding_alone(student, draw)):
        raise Mismatch(
            "For a batch whose mask is False everywhere, token_accuracy is nan, and so is every mean over "
            "batches that this number enters.",
            "What could you divide by so that the result is 0.0?",
        )


def _of_padding_alone(student: Student, draw: Draw) -> float:
    """A number that may be nan."""
    given = batch(draw, np.zeros((B, T), bool), some(draw, everywhere(), 10))
    got = student.call("token_accuracy", given.logits, given.targets, given.mask)
    value = got.item() if isinstance(got, np.ndarray) and got.size == 1 and got.dtype.kind in "iuf" else got
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Mismatch(f"token_accuracy was wanted as a number; got {describe(got)}.")
    return value if isinstance(value, float) else float(value != 0)


@needs(test_accuracy_is_one_number)
def test_accuracy_leaves_its_inputs_alone(student: Student, draw: Draw) -> None:
    """token_accuracy: logits, targets and mask stay as they are"""
    given = batch(draw, prefix(), some(draw, prefix(), 9))[:3]
    _, after = student.call_and_see("token_accuracy", *given)
    sequences.inputs_stay("token_accuracy", after, *given)


@needs(test_accuracy_is_one_number)
def test_mask_may_hold_zeros_and_ones(student: Student, draw: Draw) -> None:
    """token_accuracy: a mask of 0 and 1 does as well"""
    given = batch(draw, prefix(), some(draw, prefix(), 9))
    got = student.call("token_accuracy", given.logits, given.targets, given.mask.astype(np.int64))
    expect(got, "token_accuracy").to_be_number(
        given.share,
        otherwise="With a mask of 0 and 1 instead of False and True, {name} is not the fraction that is "
        "right of the tokens marked 1.",
        hint="What does indexing with whole numbers pick, and what does indexing with booleans pick?",
        tolerance=1e-5,
    )
