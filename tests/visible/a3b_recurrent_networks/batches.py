"""Checks of the way from lists of ids to batches and targets. Special tokens are never 0, 1, 2 here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, describe, expect

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
    """Lengths 1 to `longest`, four times each, in no order."""
    lengths = np.tile(np.arange(1, longest + 1), 4)
    return sequences(draw, [int(lengths[i]) for i in draw.order(len(lengths))])


# ---- pad_batch


def padding(student: Any, draw: Draw, lengths: Sequence[int] = (4, 7, 2, 5)) -> None:
    for some, pad in ((lengths, PAD), (lengths, 0), ([3], PAD), ([5, 5], PAD)):
        given = sequences(draw, some)
        got, after = student.call_and_see("pad_batch", given, pad)
        if isinstance(after, list) and after[:1] != [given]:
            raise Mismatch(
                "pad_batch changes the lists that it is given.", "Which of your lines appends to one of them?"
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
    got, after = student.call_and_see("token_batches", given, budget, pad)
    if isinstance(after, list) and after[:1] != [given]:
        raise Mismatch(
            "token_batches changes the list of sequences that it is given.",
            "Which of your lines sorts a list that you were given, or appends to one?",
        )
    if not isinstance(got, (list, tuple)):
        raise Mismatch(f"token_batches was to return a list of batches; got {describe(got)}.")
    batches = []
    for number, batch in enumerate(got):
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            raise Mismatch(f"Each batch was to be (tokens, indices); batch {number} is {describe(batch)}.")
        tokens, indices = batch
        rows = len(tokens) if isinstance(tokens, np.ndarray) and tokens.ndim == 2 else 1
        if not rows:
            raise Mismatch(f"Batch {number} is empty.", "What if one sequence alone is over the budget?")
        width = tokens.shape[1] if isinstance(tokens, np.ndarray) and tokens.ndim == 2 else 1
        tokens = ids_of(tokens, f"The tokens of batch {number}", (rows, width))
        if isinstance(indices, list) and all(type(index) is int for index in indices):
            indices = np.array(indices, np.int64)  # as good as a tensor
        indices = expect(indices, f"The indices of batch {number}", axes="B").to_be_shaped(
            (rows,), dtype="int64"
        )
        batches.append((tokens, indices))
    return batches


def every_sequence_once(student: Any, draw: Draw, longest: int = 30) -> None:
    given = many(draw, longest)
    batches = cut(student, given, BUDGET)
    found = sorted(int(index) for _, indices in batches for index in indices)
    if found != list(range(len(given))):
        missing = len(set(range(len(given))) - set(found))
        raise Mismatch(
            f"By their indices {missing} of {len(given)} sequences are in no batch; the batches have "
            f"{len(found)} indices in all."
            if missing
            else "A sequence is in more than one batch, or an index is that of no sequence.",
            "Is every sequence in exactly one batch, and is each index a place in the list that is passed?",
        )


def rows_are_their_sequences(student: Any, draw: Draw, pad: int = PAD) -> None:
    """Row by row: the sequence that the index names, then padding, no wider than the batch needs."""
    given = many(draw)
    for number, (tokens, indices) in enumerate(cut(student, given, BUDGET, pad)):
        own = [given[index] if 0 <= index < len(given) else [] for index in indices]
        if _as_pad_batch_makes_it(student, tokens, own, pad):
            continue  # what is wrong with that costs its own check
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


def _as_pad_batch_makes_it(student: Any, tokens: Array, own: Sequences, pad: int) -> bool:
    """Whether the batch is what the student's pad_batch gives for just these rows."""
    try:
        made = student.call("pad_batch", own, pad)
    except Exception as error:
        if hasattr(error, "sentence"):
            return False
        raise
    return isinstance(made, np.ndarray) and np.array_equal(made, tokens)


def budget_is_kept(student: Any, draw: Draw, budget: int = BUDGET) -> None:
    """Real tokens within the budget at least; whoever counts padding, too, has smaller batches."""
    given = many(draw)
    batches = cut(student, given, budget)
    for number, (tokens, indices) in enumerate(batches):
        real = sum(len(given[index]) for index in indices if 0 <= index < len(given))
        if real > budget and len(tokens) > 1:
            raise Mismatch(
                f"By its indices batch {number} (counted from 0) has {real} tokens in {len(tokens)} "
                f"sequences; the budget was {budget} tokens.",
                "What does max_tokens count, when do you compare with it, and does each index name its row?",
            )
    fewest = sum(map(len, given)) / budget
    if len(batches) > 3 * fewest + 3:
        raise Mismatch(
            f"{len(given)} sequences became {len(batches)} batches; {int(2 * fewest)} would do.",
            "How many more sequences would each batch take within its budget?",
        )


def similar_lengths_together(student: Any, draw: Draw, longest: int = 30) -> None:
    given = many(draw, longest)
    batches = cut(student, given, BUDGET)
    cells = sum(len(tokens) * max(len(given[i % len(given)]) for i in indices) for tokens, indices in batches)
    padding = cells - sum(map(len, given))
    if padding > LOOSE * cells:
        raise Mismatch(
            f"By their indices, long and short sequences share batches: {100 * padding // cells} % would be "
            "padding.",
            "By what do you sort, what is shuffled after that, and does each index name its row?",
        )


def long_ones_alone(student: Any, draw: Draw) -> None:
    """One sequence over the budget at the start, in the middle, at the end; some just within it."""
    for lengths in ([BUDGET + 30], [3, BUDGET + 1, 5, 2, BUDGET * 3], [BUDGET, 4, BUDGET + 9, BUDGET]):
        given = sequences(draw, lengths)
        found: list[int] = []
        for tokens, indices in cut(student, given, BUDGET):
            own = [len(given[index]) for index in indices if 0 <= index < len(given)]
            found += [int(index) for index in indices]
            if len(tokens) > 1 and max(own, default=0) > BUDGET:
                raise Mismatch(
                    "By the indices, a sequence that is longer than the budget shares its batch with others.",
                    "What if one review alone is too long, and does each index name its row?",
                )
            if tokens.shape[1] < max(own, default=0):
                raise Mismatch(
                    "A batch has fewer columns than its longest sequence has tokens.",
                    "Which tokens does the model never get to see?",
                )
        if sorted(found) != list(range(len(given))):
            raise Mismatch(
                "With a sequence that is longer than the budget, not every sequence is in one batch.",
                "What if one review alone is too long?",
            )


# ---- add_start_end, shift_targets


def start_and_end(student: Any, draw: Draw, lengths: Sequence[int] = (4, 1, 250)) -> None:
    for start, end in ((27, 25), (1, 2)):
        given = sequences(draw, lengths)
        got, after = student.call_and_see("add_start_end", given, start, end)
        if isinstance(after, list) and after[:1] != [given]:
            raise Mismatch(
                "add_start_end changes the lists that it is given: a second call would add the tokens again.",
                "Which of your lines writes into a list of the data set?",
            )
        if not isinstance(got, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in got):
            raise Mismatch(f"add_start_end was to return a list of lists; got {describe(got)}.")
        if len(got) != len(given):
            raise Mismatch(
                f"add_start_end makes {len(got)} sequences out of {len(given)}.",
                "Does start stand in front of the list, or in front of each sequence?",
            )
        for row, sequence in zip(got, given, strict=True):
            if list(row) == [start, *sequence, end] and all(type(index) is int for index in row):
                continue
            if list(row[:1]) != [start]:
                said = "A sequence does not begin with the id `start`."
            elif list(row[-1:]) != [end]:
                said = "A sequence does not end with the id `end`."
            else:
                said = "Between `start` and `end` the sequence is not what it was."
            raise Mismatch(
                said,
                "What comes right before the first and right after the last token, and where do these ids "
                "come from?",
            )


def shifted(student: Any, draw: Draw, columns: int = 6) -> None:
    for pad, width in ((0, columns), (PAD, columns), (PAD, 1)):
        batch = draw.tokens([width, max(1, width - 2), max(1, width - 1)], V, pad=pad)
        got, after = student.call_and_see("shift_targets", batch, pad)
        if isinstance(after, list) and after and not np.array_equal(after[0], batch):
            raise Mismatch(
                "shift_targets changes the batch that it is given.", "What will the model read afterwards?"
            )
        targets = ids_of(got, "shift_targets' result", batch.shape)
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
        if (targets[:, -1] != pad).any():
            raise Mismatch("The last column of the targets is not the id `pad`.", LOOK_UP)
