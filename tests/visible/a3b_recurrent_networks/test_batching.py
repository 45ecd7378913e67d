"""Padding, batches with a budget of tokens, start and end, targets. Special tokens are never 0, 1, 2 here."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Value,
    are_unchanged,
    as_ids,
    as_items,
    as_pairs,
    expect,
    same_lists,
    sequences,
)

Lists = list[list[int]]

V, PAD = 30, 23
BUDGET = 90
LOOSE = 0.25  # of a batch may be padding; sorted by length it is 0.05, in a random order 0.4
LOOK_UP = "With which id do you fill the empty places, and where does that id come from?"


def test_rows_are_padded_to_the_longest(student: Student, draw: Draw) -> None:
    """pad_batch: each row is its sequence, filled up at its end with the id that is given"""
    hint = "Which of your lines appends to them, or puts something else in their place?"
    uneven, long = (4, 7, 2, 5), (60, 3, _very_long(draw), 1)
    for lengths, pad in ((uneven, PAD), (uneven, 0), ([3], PAD), ([5, 5], PAD), (long, PAD)):
        given = _lists(draw, lengths)
        got, after = student.call_and_see("pad_batch", given, pad)
        sequences.inputs_stay("pad_batch", after, given, what="lists", hint=hint)
        batch = _ids(got, "pad_batch's tensor", (len(lengths), max(lengths)))
        for row, (ids, sequence) in enumerate(zip(batch, given, strict=True)):
            if list(ids[: len(sequence)]) != sequence:
                raise Mismatch(
                    f"Row {row} (counted from 0) of pad_batch does not begin with its sequence.",
                    "Where in a row does its sequence stand, and where its padding?",
                )
            if (ids[len(sequence) :] != pad).any():
                raise Mismatch(
                    f"Row {row} (counted from 0) of pad_batch is not filled up with the id `pad`.", LOOK_UP
                )


def test_every_sequence_is_in_one_batch(student: Student, draw: Draw) -> None:
    """token_batches: every sequence is in exactly one batch"""
    data_sets = [_many(draw, longest) for longest in (30, 41)]
    if not draw.symmetric:
        data_sets.append(_lists(draw, [int(length) for length in draw.integers(1, 12, _very_long(draw))]))
    for given in data_sets:
        batches = _cut(student, given, BUDGET)
        found = Counter(tuple(row) for batch in batches for row in _held(student, given, batch))
        wanted = Counter(map(tuple, given))
        if missing := sum((wanted - found).values()):
            raise Mismatch(
                f"{missing} of {len(given)} sequences are in no batch; the batches have "
                f"{sum(found.values())} rows in all.",
                "What becomes of the last, half-filled batch, and of sequences that are equal?",
            )
        if found != wanted:
            raise Mismatch(
                "A sequence is in more than one batch, or twice in one.",
                "When does a new batch begin, and with which sequences in it?",
            )


def test_indices_name_the_rows(student: Student, draw: Draw) -> None:
    """token_batches: each row is the sequence that its index names, padded to the longest of the batch"""
    for pad in (PAD, 0):
        given = _many(draw)
        got, after = student.call_and_see("token_batches", given, BUDGET, pad)
        batches = _batches(got)
        if not _kept(student, given, after, pad):
            raise Mismatch(
                "token_batches changes the list of sequences that it is given.",
                "Which of your lines sorts a list that you were given, or appends to one?",
            )
        for number, batch in enumerate(batches):
            own = batch.named(given)
            try:
                _compare_rows(number, batch.tokens, own, pad)
            except Mismatch:
                if not _as_pad_batch_makes_it(student, batch.tokens, own, pad):  # which costs its own check
                    raise
        found = Counter(int(index) for batch in batches for index in batch.indices)
        if any(times > 1 for times in found.values()):
            raise Mismatch(
                "The same index stands beside two rows of token_batches.",
                "What if two sequences are equal, and do the indices count through the whole list?",
            )


def test_batches_keep_to_the_budget(student: Student, draw: Draw) -> None:
    """token_batches: at most max_tokens tokens in a batch, and not many fewer

    Real tokens within the budget at least; whoever counts padding, too, has smaller batches.
    """
    skewed = _lists(draw, [*(int(length) for length in draw.integers(1, 7, 60)), 40, 38, 35])
    without_short = [ids for ids in _many(draw) if len(ids) > 5]
    for budget, given in (
        (130, without_short),
        (BUDGET, _many(draw)),
        (130, _many(draw)),
        (BUDGET, skewed),
    ):
        batches = _cut(student, given, budget)
        for number, batch in enumerate(batches):
            own = _held(student, given, batch)
            real = sum(map(len, own))
            if real > budget and len(own) > 1:
                raise Mismatch(
                    f"Batch {number} (counted from 0) has {real} tokens in {len(own)} sequences; the budget "
                    f"was {budget} tokens.",
                    "What does max_tokens count, and when do you compare with it?",
                )
        fewest = sum(map(len, given)) / budget
        if len(batches) > 3 * fewest + 3:
            raise Mismatch(
                f"{len(given)} sequences became {len(batches)} batches; {int(2 * fewest)} would do.",
                "How many more sequences would each batch take within its budget?",
            )


def test_similar_lengths_share_a_batch(student: Student, draw: Draw) -> None:
    """token_batches: sequences of similar length share a batch, whatever order they come in"""
    for longest in (30, 37):
        given = _many(draw, longest)
        groups = [_held(student, given, batch) for batch in _cut(student, given, BUDGET)]
        cells = sum(len(own) * max(map(len, own)) for own in groups)
        padding = cells - sum(len(row) for own in groups for row in own)
        if padding > LOOSE * cells:
            raise Mismatch(
                f"Long and short sequences share batches: {100 * padding // cells} % would be padding.",
                "By what do you sort, and what is shuffled after that?",
            )


def test_a_long_sequence_is_alone(student: Student, draw: Draw) -> None:
    """token_batches: a sequence longer than the budget has a batch of its own"""
    # At the start, in the middle, at the end; some just within the budget.
    for lengths in ([BUDGET + 30], [3, BUDGET + 1, 5, 2, _very_long(draw)], [BUDGET, 4, BUDGET + 9, BUDGET]):
        given = _lists(draw, lengths)
        found: Lists = []
        for batch in _cut(student, given, BUDGET):
            own = _held(student, given, batch)
            found += own
            if len(own) > 1 and max(map(len, own)) > BUDGET:
                raise Mismatch(
                    "A sequence that is longer than the budget shares its batch with others.",
                    "What if one review alone is too long?",
                )
            if batch.tokens.shape[1] < max(map(len, own)):
                raise Mismatch(
                    "A batch has fewer columns than its longest sequence has tokens.",
                    "Which tokens does the model never get to see?",
                )
        if any(found.count(row) != 1 for row in given if len(row) > BUDGET):
            raise Mismatch(
                "A sequence that is longer than the budget is not in just one batch.",
                "What if one review alone is too long?",
            )


def test_start_and_end_are_added(student: Student, draw: Draw) -> None:
    """add_start_end: new lists with start in front and end behind"""
    for start, end, lengths in ((27, 25, (4, 1, 250)), (1, 2, (2, 90, 7))):
        given = _lists(draw, lengths)
        got, after = student.call_and_see("add_start_end", given, start, end)
        if not are_unchanged(after, given):
            raise Mismatch(
                "add_start_end changes the lists that it is given: a second call would add the tokens again.",
                "Which of your lines writes into a list of the data set?",
            )
        found = as_items(got, "add_start_end's result", tensors=False)
        rows = [as_items(row, "A sequence of add_start_end", tensors=False) for row in found]
        if len(rows) != len(given):
            raise Mismatch(
                f"add_start_end makes {len(rows)} sequences out of {len(given)}.",
                "Does start stand in front of the list, or in front of each sequence?",
            )
        for row, sequence in zip(rows, given, strict=True):
            _compare_longer(row, [start, *sequence, end])


def test_targets_are_the_next_tokens(student: Student, draw: Draw) -> None:
    """shift_targets: the batch, one step to the left, with a column of pad behind

    Or of zeros, as the handout says, whose padding is 0.
    """
    for pad, width in ((0, 6), (PAD, 6), (PAD, 11), (PAD, 1)):
        targets, batch = _targets(student, draw, pad, width)
        if np.array_equal(targets, batch):
            raise Mismatch(
                "The targets are the batch itself: the model would only have to copy.",
                "Compare input and target of one row: which token should follow which?",
            )
        if not np.array_equal(targets[:, :-1], batch[:, 1:]):
            raise Mismatch(
                "The target of a step is not the token of the next step.",
                "Which column has to go, and to which side does the rest move?",
            )
        if (targets[:, -1] != pad).any() and targets[:, -1].any():
            raise Mismatch("The last column of the targets is not the id `pad`.", LOOK_UP)


def test_targets_end_with_the_id_of_padding(student: Student, draw: Draw) -> None:
    """shift_targets: the last column is the id that is given, also where that is not 0"""
    targets, _ = _targets(student, draw, PAD, 6)
    if (targets[:, -1] != PAD).any():
        raise Mismatch(
            "The last column of shift_targets' result is not the id `pad` when that is not 0.", LOOK_UP
        )


# ---- what is given


def _lists(draw: Draw, lengths: Sequence[int]) -> Lists:
    """One list of ids per length, none of them PAD."""
    ids = [i for i in range(1, V) if i != PAD]
    return [[ids[k] for k in draw.integers(0, len(ids), length)] for length in lengths]


def _very_long(draw: Draw) -> int:
    """Longer than most reviews, and than whatever a sequence might be cut to."""
    return int(draw.integers(1200, 1800))


def _many(draw: Draw, longest: int = 30) -> Lists:
    """Lengths 1 to `longest`, four times each, in no order; three sequences occur twice."""
    lengths = np.tile(np.arange(1, longest + 1), 4)
    found = _lists(draw, [int(lengths[i]) for i in draw.order(len(lengths))])
    first, second = draw.order(len(found))[:6].reshape(2, 3)
    for one, other in zip(first, second, strict=True):
        found[other] = list(found[one])
    return found


# ---- what comes back


class _Batch(NamedTuple):
    """One of the student's batches, of the right form; what is in it may be wrong."""

    tokens: Array
    indices: Array

    def named(self, given: Lists) -> Lists:
        """The sequences that the indices name; an empty one where there is none."""
        return [given[index] if 0 <= index < len(given) else [] for index in self.indices]


def _ids(value: Value, name: str, shape: tuple[int, ...]) -> Array:
    """Whole numbers of this shape, and int64: what an embedding and a loss take."""
    ids: Array = expect(value, name, axes="BT").to_be_shaped(shape, dtype="int64")
    if ids.dtype != np.int64:
        raise Mismatch(
            f"{name} has dtype {ids.dtype}; int64 (torch.long) was wanted.",
            "Which type do class ids have in a loss function?",
        )
    return ids


def _cut(student: Student, given: Lists, budget: int) -> list[_Batch]:
    return _batches(student.call("token_batches", given, budget, PAD))


def _batches(got: Value) -> list[_Batch]:
    batches = []
    hint = "Is each batch a pair of tokens and indices, and what if one sequence alone is over the budget?"
    for number, (tokens, indices) in enumerate(as_pairs(got, "token_batches' result", hint=hint)):
        rows, width = tokens.shape if isinstance(tokens, np.ndarray) and tokens.ndim == 2 else (1, 1)
        if not rows:
            raise Mismatch(f"Batch {number} is empty.", "What if one sequence alone is over the budget?")
        clean = _ids(tokens, f"The tokens of batch {number}", (rows, width))
        name = f"The indices of batch {number}"
        if isinstance(indices, (list, tuple)):  # as good as a tensor
            indices = np.array(as_ids(indices, name, below=1 << 31), np.int64)
        batches.append(_Batch(clean, expect(indices, name, axes="B").to_be_shaped((rows,), dtype="int64")))
    return batches


def _held(student: Student, given: Lists, batch: _Batch) -> Lists:
    """The sequences that a batch stands for: by its indices, or by its rows if it is these that are right.

    So a wrong index costs its own check only, and so does a row that the student's pad_batch fills wrongly.
    """
    named = batch.named(given)
    if all(own and list(row[: len(own)]) == own for row, own in zip(batch.tokens, named, strict=True)):
        return named
    if _as_pad_batch_makes_it(student, batch.tokens, named, PAD):
        return named
    rows = [[int(index) for index in row[row != PAD]] for row in batch.tokens]
    if not all(row in given for row in rows):
        raise Mismatch(
            "A batch of token_batches holds a row that is no sequence of the list that was passed.",
            "What stands in a row before its padding, and which sequence does its index name?",
        )
    return rows


def _as_pad_batch_makes_it(student: Student, tokens: Array, own: Lists, pad: int) -> bool:
    """Whether the batch is what the student's pad_batch gives for just these rows."""
    try:
        made = student.call("pad_batch", own, pad)
    except StudentFailure:
        return False
    return isinstance(made, np.ndarray) and np.array_equal(made, tokens)


def _compare_rows(number: int, tokens: Array, own: Lists, pad: int) -> None:
    """Row by row: the sequence that the index names, then padding, no wider than the batch needs."""
    for row, (ids, sequence) in enumerate(zip(tokens, own, strict=True)):
        if list(ids[: len(sequence)]) != sequence or not sequence:
            raise Mismatch(
                f"Row {row} of batch {number} (counted from 0) is not the sequence that its index names.",
                "If the rows change their order, what else has to?",
            )
        if (ids[len(sequence) :] != pad).any():
            raise Mismatch(f"Row {row} of batch {number} is not filled up with the id `pad`.", LOOK_UP)
    if tokens.shape[1] != max(map(len, own)):
        raise Mismatch(
            f"Batch {number} (counted from 0) has {tokens.shape[1]} columns, but its longest sequence "
            f"has {max(map(len, own))} tokens.",
            "How wide must this batch be?",
        )


def _kept(student: Student, given: Lists, after: Sequence[Value], pad: int) -> bool:
    """Whether the list is as before; what the student's pad_batch alone does to lists costs its own check."""
    if are_unchanged(after, given):
        return True
    _, padded = student.call_and_see("pad_batch", given[:2], pad)
    if are_unchanged(padded, given[:2]):
        return False
    now = as_items(as_items(after, "The arguments")[0], "The list of sequences", length=len(given))
    begins = [as_items(row, "A sequence")[: len(own)] for row, own in zip(now, given, strict=True)]
    return all(same_lists(row, own) for row, own in zip(begins, given, strict=True))


def _compare_longer(row: list[Value], want: list[int]) -> None:
    if any(type(index) is not int for index in row):
        raise Mismatch(
            "A sequence of add_start_end holds something else than ids, which are Python's whole numbers.",
            "Is each of `start` and `end` added as a number, or as a list or a tensor?",
        )
    hint = (
        "What comes right before the first and right after the last token, and where do these ids come from?"
    )
    for part, said in (
        (slice(1), "A sequence does not begin with the id `start`."),
        (slice(-1, None), "A sequence does not end with the id `end`."),
        (slice(None), "Between `start` and `end` the sequence is not what it was."),
    ):
        if row[part] != want[part]:
            raise Mismatch(said, hint)


def _targets(student: Student, draw: Draw, pad: int, width: int) -> tuple[Array, Array]:
    """What shift_targets makes of a batch, and the batch."""
    batch = draw.tokens([width, max(1, width - 2), max(1, width - 1)], V, pad=pad)
    got, after = student.call_and_see("shift_targets", batch, pad)
    hint = "What will the model read afterwards?"
    sequences.inputs_stay("shift_targets", after, batch, what="batch", hint=hint)
    return _ids(got, "shift_targets' result", batch.shape), batch
