"""Checks of the way from lists of ids to batches and targets. Special tokens are never 0, 1, 2 here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged, as_ids, as_items, as_pairs, same_lists
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.sandbox.wire.errors import StudentFailure

Array = NDArray[Any]
Sequences = list[list[int]]

V, PAD = 30, 23
BUDGET = 90
LOOSE = 0.25  # of a batch may be padding; sorted by length it is 0.05, in a random order 0.4
LOOK_UP = "With which id do you fill the empty places, and where does that id come from?"


def sequences(draw: Draw, lengths: Sequence[int]) -> Sequences:
    """One list of ids per length, none of them PAD."""
    ids = [i for i in range(1, V) if i != PAD]
    return [[ids[k] for k in draw.integers(0, len(ids), length)] for length in lengths]


def many(draw: Draw, longest: int = 30) -> Sequences:
    """Lengths 1 to `longest`, four times each, in no order; three sequences occur twice."""
    lengths = np.tile(np.arange(1, longest + 1), 4)
    found = sequences(draw, [int(lengths[i]) for i in draw.order(len(lengths))])
    first, second = draw.order(len(found))[:6].reshape(2, 3)
    for one, other in zip(first, second, strict=True):
        found[other] = list(found[one])
    return found


# ---- pad_batch


def padding(student: Any, draw: Draw) -> None:
    uneven, long = (4, 7, 2, 5), (60, 3, 240, 1)
    for some, pad in ((uneven, PAD), (uneven, 0), ([3], PAD), ([5, 5], PAD), (long, PAD)):
        given = sequences(draw, some)
        got, after = student.call_and_see("pad_batch", given, pad)
        if not are_unchanged(after, given):
            raise Mismatch(
                "pad_batch changes the lists that it is given.",
                "Which of your lines appends to them, or puts something else in their place?",
            )
        batch = ids_of(got, "pad_batch's tensor", (len(some), max(some)))
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


def ids_of(value: object, name: str, shape: tuple[int, ...]) -> Array:
    """Whole numbers of this shape, and int64: what an embedding and a loss take."""
    ids: Array = expect(value, name, axes="BT" if len(shape) == 2 else "B").to_be_shaped(shape, dtype="int64")
    if ids.dtype != np.int64:
        raise Mismatch(
            f"{name} has dtype {ids.dtype}; int64 (torch.long) was wanted.",
            "Which type do class ids have in a loss function?",
        )
    return ids


# ---- token_batches


def cut(student: Any, given: Sequences, budget: int, pad: int = PAD) -> list[tuple[Array, Array]]:
    """The student's batches, of the right form; what is in them may be wrong."""
    return _batches(student.call("token_batches", given, budget, pad))


def _batches(got: object) -> list[tuple[Array, Array]]:
    batches = []
    hint = "Is each batch a pair of tokens and indices, and what if one sequence alone is over the budget?"
    for number, (tokens, indices) in enumerate(as_pairs(got, "token_batches' result", hint=hint)):
        rows, width = tokens.shape if isinstance(tokens, np.ndarray) and tokens.ndim == 2 else (1, 1)
        if not rows:
            raise Mismatch(f"Batch {number} is empty.", "What if one sequence alone is over the budget?")
        clean = ids_of(tokens, f"The tokens of batch {number}", (rows, width))
        name = f"The indices of batch {number}"
        if isinstance(indices, (list, tuple)):  # as good as a tensor
            indices = np.array(as_ids(indices, name, below=1 << 31), np.int64)
        batches.append((clean, expect(indices, name, axes="B").to_be_shaped((rows,), dtype="int64")))
    return batches


def _named(tokens: Array, indices: Array, given: Sequences) -> bool:
    """Whether each row begins with the sequence that its index names."""
    inside = [given[index] if 0 <= index < len(given) else [] for index in indices]
    return all(bool(own) and list(row[: len(own)]) == own for row, own in zip(tokens, inside, strict=True))


def held(student: Any, given: Sequences, batch: tuple[Array, Array], pad: int = PAD) -> Sequences:
    """The sequences that a batch stands for: by its indices, or by its rows if it is these that are right.

    So a wrong index costs its own check only, and so does a row that the student's pad_batch fills wrongly.
    """
    tokens, indices = batch
    named = [given[index] if 0 <= index < len(given) else [] for index in indices]
    if _named(tokens, indices, given) or _as_pad_batch_makes_it(student, tokens, named, pad):
        return named
    rows = [[int(index) for index in row[row != pad]] for row in tokens]
    if not all(row in given for row in rows):
        raise Mismatch(
            "A batch of token_batches holds a row that is no sequence of the list that was passed.",
            "What stands in a row before its padding, and which sequence does its index name?",
        )
    return rows


def _as_pad_batch_makes_it(student: Any, tokens: Array, own: Sequences, pad: int) -> bool:
    """Whether the batch is what the student's pad_batch gives for just these rows."""
    try:
        made = student.call("pad_batch", own, pad)
    except StudentFailure:
        return False
    return isinstance(made, np.ndarray) and np.array_equal(made, tokens)


def every_sequence_once(student: Any, draw: Draw) -> None:
    for longest in (30, 41):
        given = many(draw, longest)
        batches = cut(student, given, BUDGET)
        found = Counter(tuple(row) for batch in batches for row in held(student, given, batch))
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


def rows_are_their_sequences(student: Any, draw: Draw) -> None:
    """Row by row: the sequence that the index names, then padding, no wider than the batch needs."""
    for pad in (PAD, 0):
        given = many(draw)
        got, after = student.call_and_see("token_batches", given, BUDGET, pad)
        batches = _batches(got)
        if not _kept(student, given, after, pad):
            raise Mismatch(
                "token_batches changes the list of sequences that it is given.",
                "Which of your lines sorts a list that you were given, or appends to one?",
            )
        for number, (tokens, indices) in enumerate(batches):
            own = [given[index] if 0 <= index < len(given) else [] for index in indices]
            try:
                _compare_rows(number, tokens, own, pad)
            except Mismatch:
                if not _as_pad_batch_makes_it(student, tokens, own, pad):  # which costs its own check
                    raise
        found = Counter(int(index) for _, indices in batches for index in indices)
        if any(times > 1 for times in found.values()):
            raise Mismatch(
                "The same index stands beside two rows of token_batches.",
                "What if two sequences are equal, and do the indices count through the whole list?",
            )


def _compare_rows(number: int, tokens: Array, own: Sequences, pad: int) -> None:
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


def _kept(student: Any, given: Sequences, after: object, pad: int) -> bool:
    """Whether the list is as before; what the student's pad_batch alone does to lists costs its own check."""
    if are_unchanged(after, given):
        return True
    _, padded = student.call_and_see("pad_batch", given[:2], pad)
    if are_unchanged(padded, given[:2]):
        return False
    now = as_items(as_items(after, "The arguments")[0], "The list of sequences", length=len(given))
    begins = [as_items(row, "A sequence")[: len(own)] for row, own in zip(now, given, strict=True)]
    return all(same_lists(row, own) for row, own in zip(begins, given, strict=True))


def budget_is_kept(student: Any, draw: Draw) -> None:
    """Real tokens within the budget at least; whoever counts padding, too, has smaller batches."""
    for budget in (BUDGET, 130):
        given = many(draw)
        batches = cut(student, given, budget)
        for number, batch in enumerate(batches):
            own = held(student, given, batch)
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


def similar_lengths_together(student: Any, draw: Draw) -> None:
    for longest in (30, 37):
        given = many(draw, longest)
        groups = [held(student, given, batch) for batch in cut(student, given, BUDGET)]
        cells = sum(len(own) * max(map(len, own)) for own in groups)
        padding = cells - sum(len(row) for own in groups for row in own)
        if padding > LOOSE * cells:
            raise Mismatch(
                f"Long and short sequences share batches: {100 * padding // cells} % would be padding.",
                "By what do you sort, and what is shuffled after that?",
            )


def long_ones_alone(student: Any, draw: Draw) -> None:
    """One sequence over the budget at the start, in the middle, at the end; some just within it."""
    for lengths in ([BUDGET + 30], [3, BUDGET + 1, 5, 2, BUDGET * 3], [BUDGET, 4, BUDGET + 9, BUDGET]):
        given = sequences(draw, lengths)
        found: Sequences = []
        for batch in cut(student, given, BUDGET):
            own = held(student, given, batch)
            found += own
            if len(own) > 1 and max(map(len, own)) > BUDGET:
                raise Mismatch(
                    "A sequence that is longer than the budget shares its batch with others.",
                    "What if one review alone is too long?",
                )
            if batch[0].shape[1] < max(map(len, own)):
                raise Mismatch(
                    "A batch has fewer columns than its longest sequence has tokens.",
                    "Which tokens does the model never get to see?",
                )
        if any(found.count(row) != 1 for row in given if len(row) > BUDGET):
            raise Mismatch(
                "A sequence that is longer than the budget is not in just one batch.",
                "What if one review alone is too long?",
            )


# ---- add_start_end, shift_targets


def start_and_end(student: Any, draw: Draw) -> None:
    for start, end, lengths in ((27, 25, (4, 1, 250)), (1, 2, (2, 90, 7))):
        given = sequences(draw, lengths)
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


def _compare_longer(row: list[Any], want: list[int]) -> None:
    if any(type(index) is not int for index in row):
        raise Mismatch(
            "A sequence of add_start_end holds something else than ids, which are Python's whole numbers.",
            "Is each of `start` and `end` added as a number, or as a list or a tensor?",
        )
    if row == want:
        return
    if row[:1] != want[:1]:
        said = "A sequence does not begin with the id `start`."
    elif row[-1:] != want[-1:]:
        said = "A sequence does not end with the id `end`."
    else:
        said = "Between `start` and `end` the sequence is not what it was."
    raise Mismatch(
        said,
        "What comes right before the first and right after the last token, and where do these ids come from?",
    )


def shifted(student: Any, draw: Draw) -> None:
    """The last column holds pad; or zeros, as the handout says, whose padding is 0."""
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


def last_targets_are_pad(student: Any, draw: Draw) -> None:
    """A notice: a column of zeros is what the handout says, and the same only where padding is 0."""
    targets, _ = _targets(student, draw, PAD, 6)
    if (targets[:, -1] != PAD).any():
        raise Mismatch(
            "The last column of shift_targets' result is not the id `pad` when that is not 0.", LOOK_UP
        )


def _targets(student: Any, draw: Draw, pad: int, width: int) -> tuple[Array, Array]:
    batch = draw.tokens([width, max(1, width - 2), max(1, width - 1)], V, pad=pad)
    got, after = student.call_and_see("shift_targets", batch, pad)
    if not are_unchanged(after, batch):
        raise Mismatch(
            "shift_targets changes the batch that it is given.", "What will the model read afterwards?"
        )
    return ids_of(got, "shift_targets' result", batch.shape), batch
