"""Batches and targets of assignment 3B, and what code makes of them that goes its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, alone

CHECKS = {
    "batching::rows_are_padded_*": ["pad_batch"],
    "batching::start_and_end_*": ["add_start_end"],
    "batching::targets_*": ["shift_targets"],
    **{
        f"batching::{each}": ["pad_batch", "token_batches"]
        for each in ("every_sequence_*", "indices_*", "batches_*", "similar_*", "a_long_*")
    },
}
Rows = Sequence[Sequence[int]]

# ---- pad_batch


class Ragged(NamedTuple):
    rows: Rows
    pad: int


def pad_batch(
    case: Ragged,
    width: str = "longest",
    side: str = "behind",
    fill: str = "pad",
    order: str = "given",
    form: str = "(B, T)",
) -> Any:
    lengths = [len(row) for row in case.rows]
    columns = {
        "longest": max(lengths),
        "shortest": min(lengths),
        "one more": max(lengths) + 1,
        "one less": max(lengths) - 1,
        "first": lengths[0],
        "last": lengths[-1],
    }[width]
    made = []
    for row in case.rows:
        with_what = {"pad": case.pad, "0": 0, "last": row[-1], "first": row[0], "one more": case.pad + 1}
        more = [with_what[fill]] * max(0, columns - len(row))
        made.append(list(row[:columns]) + more if side == "behind" else more + list(row[:columns]))
    by_length = [made[i] for i in np.argsort(lengths, kind="stable")]
    rows = {"given": made, "backwards": made[::-1], "by length": by_length}[order]
    return {
        "(B, T)": lambda: np.array(rows),
        "(T, B)": lambda: np.array(rows).T,
        "viewed": lambda: np.array(rows).reshape(columns, -1),
        "flat": lambda: np.array(rows).ravel(),
        "lists": lambda: rows,
        "mask": lambda: np.array(rows) != case.pad,
    }[form]()


WIDE = "How wide is a batch, and which rows are as wide already?"
PADDED: dict[str, dict[Any, Clause]] = {
    "width": {
        "longest": "",
        "shortest": ("rows are cut to the length of the shortest", WIDE),
        "one more": ("the batch is one column wider than the longest row", WIDE),
        "one less": ("the batch is one column narrower than the longest row", WIDE),
        "first": ("the batch is as wide as the first row", WIDE),
        "last": ("the batch is as wide as the last row", WIDE),
    },
    "side": {"behind": "", "front": ("the padding stands in front of the ids", "At which end is it filled?")},
    "fill": {
        "pad": "",
        "0": ("rows are filled up with 0, whatever pad is", "Which id does a call name?"),
        "last": ("rows are filled up with their own last id", "Which id does a call name?"),
        "first": ("rows are filled up with their own first id", "Which id does a call name?"),
        "one more": ("rows are filled up with pad + 1", "Which id does a call name?"),
    },
    "order": {
        "given": "",
        "backwards": ("the rows come in the reverse order", "Which sequence is row 0?"),
        "by length": ("the rows come from short to long", "Which sequence is row 0?"),
    },
    "form": {
        "(B, T)": "",
        "(T, B)": ("the batch comes as (T, B)", "Which axis counts the sequences?"),
        "viewed": ("the rows are reshaped to (T, B), which mixes them", "Which axis counts the sequences?"),
        "flat": ("all rows come in one vector", "How many axes has a batch?"),
        "lists": ("lists come back, and no tensor", "What does a model take?"),
        "mask": ("not the ids come back, but which of them are no padding", "What shall a row hold?"),
    },
}

# ---- add_start_end


class Marked(NamedTuple):
    rows: Rows
    start: int
    end: int


def add_start_end(
    case: Marked, start: str = "start", end: str = "end", where: str = "around", rows: str = "each"
) -> Any:
    marks = {"start": [case.start], "end": [case.end], "none": [], "0": [0], "1": [1], "2": [2]}
    first, last = marks[start], marks[end]
    around = {
        "around": lambda row: [*first, *row, *last],
        "in place": lambda row: [*first, *row[1:-1], *last] if len(row) > 1 else [*first, *last][:1],
        "nested": lambda row: [*first, list(row), *last],
        "both in front": lambda row: [*first, *last, *row],
        "both behind": lambda row: [*row, *first, *last],
        "turned": lambda row: [*first, *row[::-1], *last],
    }[where]
    made = [around(row) for row in case.rows]
    return {
        "each": lambda: made,
        "data set": lambda: [*first, *map(list, case.rows), *last],
        "data set, as rows": lambda: [list(first), *map(list, case.rows), list(last)],
        "joined": lambda: [each for row in made for each in row],
        "first": lambda: made[0],
        "last": lambda: made[-1],
        "first row alone": lambda: made[:1],
        "unchanged": lambda: [list(row) for row in case.rows],
        "backwards": lambda: made[::-1],
        "tensors": lambda: [np.array(row) for row in made],
        "twice": lambda: [[*first, *row, *last] for row in made],
    }[rows]()


WHICH = "Which ids does a call name, and which one comes first?"
ENDS = "Where does each of the two stand, and what becomes of the ids between them?"
MARKED: dict[str, dict[Any, Clause]] = {
    "start": {
        "start": "",
        "end": ("the id of the end stands in front", WHICH),
        "none": ("nothing is put in front", WHICH),
        "0": ("0 stands in front, whatever start is", WHICH),
        "1": ("1 stands in front, whatever start is", WHICH),
    },
    "end": {
        "end": "",
        "start": ("the id of the start stands behind", WHICH),
        "none": ("nothing is put behind", WHICH),
        "0": ("0 stands behind, whatever end is", WHICH),
        "2": ("2 stands behind, whatever end is", WHICH),
    },
    "where": {
        "around": "",
        "in place": ("the first and the last id are written over", ENDS),
        "nested": ("a sequence is put in as one element, a list in a list", ENDS),
        "both in front": ("both marks stand in front of the ids", ENDS),
        "both behind": ("both marks stand behind the ids", ENDS),
        "turned": ("the ids between the marks come backwards", ENDS),
    },
    "rows": {
        "each": "",
        "data set": ("the marks are put around the whole data set, once", "What gets a start and an end?"),
        "data set, as rows": (
            "the marks are sequences of their own around the data set",
            "What gets a start and an end?",
        ),
        "joined": ("all sequences come in one list", "How many lists come back?"),
        "first": ("only the first sequence comes back", "How many lists come back?"),
        "last": ("only the last sequence comes back", "How many lists come back?"),
        "first row alone": ("only the first sequence comes back, in a list", "How many lists come back?"),
        "unchanged": ("the sequences come back as they were", "Which lists do you return?"),
        "backwards": ("the sequences come in the reverse order", "Which sequence is the first?"),
        "tensors": ("tensors come back, and no lists of ids", "What does the docstring say comes back?"),
        "twice": ("the marks are put around each sequence twice", "How often does each line run?"),
    },
}

# ---- shift_targets


class Block(NamedTuple):
    batch: Array
    pad: int


def shift_targets(
    case: Block,
    shift: str = "left",
    fill: str = "pad",
    columns: str = "one",
    form: str = "(B, T)",
    end: str = "padding",
) -> Array:
    batch = case.batch
    kept, lost = {
        "left": (batch[:, 1:], batch[:, :1]),
        "none": (batch, batch[:, :0]),
        "none, without last": (batch[:, :-1], batch[:, -1:]),
        "two": (batch[:, 2:], batch[:, :2]),
        "second": (np.delete(batch, 1, axis=1), batch[:, 1:2]),
        "right": (batch[:, :-1], batch[:, -1:]),
        "up": (batch[1:], batch[:1]),
        "down": (batch[:-1], batch[-1:]),
        "backwards": (batch[:, :0:-1], batch[:, :1]),
    }[shift]
    count = {"one": 1, "two": 2, "all": batch.shape[1], "as many": lost.shape[1] or 1}[columns]
    axis = 0 if shift in ("up", "down") else 1
    at = (batch != case.pad).sum(1, keepdims=True) - 1  # the last step before the padding
    last = np.take_along_axis(batch, at, 1)
    filled = {
        "pad": np.full_like(batch[:count] if axis == 0 else np.repeat(batch[:, :1], count, 1), case.pad),
        "none": np.zeros_like(batch[:0] if axis == 0 else batch[:, :0]),
        "round": lost,
        "last": np.repeat(batch[-1:] if axis == 0 else batch[:, -1:], count, axis),
        "last real": np.repeat(last, count, 1),
    }
    for number in (0, 1, -1):
        filled[str(number)] = np.full_like(filled["pad"], number)
    parts = [kept, filled[fill]]
    made = np.concatenate(parts[::-1] if shift in ("right", "down") else parts, axis=axis)
    if end == "again":
        np.put_along_axis(made, at, last, 1)
    if form == "(T, B)":
        return made.T
    return made.ravel() if form == "flat" else made


NEXT = "Which token does the model read at a step, and which one shall it predict there?"
LAST = "Which id stands where no token follows?"
SHIFTED: dict[str, dict[Any, Clause]] = {
    "shift": {
        "left": "",
        "none": ("nothing is moved, and the column is appended to the whole batch", NEXT),
        "none, without last": ("nothing is moved, and the last column is replaced", NEXT),
        "two": ("the batch is moved by two columns", NEXT),
        "second": ("the second column is dropped, and the first one is kept", NEXT),
        "right": ("the batch is moved to the right", NEXT),
        "up": ("rows are moved, not columns", NEXT),
        "down": ("rows are moved down, not columns", NEXT),
        "backwards": ("the columns come backwards", NEXT),
    },
    "fill": {
        "pad": "",
        "none": ("no column is appended", "How wide are the targets?"),
        "round": ("what falls out on one side comes in on the other", LAST),
        "last": ("the last column stands in the new column, too", LAST),
        "last real": ("the last token before the padding stands in the new column", LAST),
        "0": ("the new column is 0, whatever pad is", LAST),
        "1": ("the new column is 1, whatever pad is", LAST),
        "-1": ("the new column is −1, whatever pad is", LAST),
    },
    "columns": {
        "one": "",
        "as many": ("as many columns are appended as are dropped", "How wide are the targets?"),
        "two": ("two columns are appended", "How wide are the targets?"),
        "all": ("as many columns of padding are appended as the batch has", "How wide are the targets?"),
    },
    "form": {
        "(B, T)": "",
        "(T, B)": ("the targets come as (T, B)", "Which axis counts the rows?"),
        "flat": ("the targets come in one vector", "How many axes have the targets?"),
    },
    "end": {
        "padding": "",
        "again": ("the last token before the padding is the target of its own step, too", LAST),
    },
}

# ---- token_batches


class Data(NamedTuple):
    rows: Rows
    budget: int
    pad: int


def token_batches(
    case: Data,
    order: str = "short first",
    budget: str = "cells",
    lost: str = "none",
    index: str = "given",
    pair: str = "both",
    width: str = "batch",
    kept: str = "all",
) -> Any:
    rows, limit = case.rows, case.budget
    sequence = {
        "short first": sorted(range(len(rows)), key=lambda i: len(rows[i])),
        "long first": sorted(range(len(rows)), key=lambda i: -len(rows[i])),
        "given": list(range(len(rows))),
        "content": sorted(range(len(rows)), key=lambda i: rows[i]),
        "turned": sorted(range(len(rows)), key=lambda i: len(rows[i]))[::-1],
    }[order]
    sequence = _kept(sequence, rows, limit, kept)
    groups = _lose(list(_groups(sequence, rows, limit, budget, lost)), lost)
    made = []
    for at, group in enumerate(groups):
        some = [list(rows[i])[:limit] if kept == "cut" else list(rows[i]) for i in group]
        longest = max(len(row) for row in (rows if width == "data set" else some))
        tokens = np.array([row + [case.pad] * (longest - len(row)) for row in some])
        indices = {
            "given": lambda group=group: group,
            "in batch": lambda group=group: list(range(len(group))),
            "sorted": lambda group=group: [sequence.index(i) for i in group],
            "batch": lambda group=group, at=at: [at] * len(group),
            "by content": lambda group=group: [[*rows].index(rows[i]) for i in group],
            "from 1": lambda group=group: [i + 1 for i in group],
            "lengths": lambda group=group: [len(rows[i]) for i in group],
        }[index]()
        both = (tokens, np.array(indices))
        made.append({"both": both, "exchanged": both[::-1], "tokens": tokens, "indices": both[1]}[pair])
    return made


def _kept(sequence: list[int], rows: Rows, limit: int, kept: str) -> list[int]:
    """The sequences that come into any batch."""
    if kept == "short enough":
        return [i for i in sequence if len(rows[i]) <= limit]
    if kept == "shorter":
        return [i for i in sequence if len(rows[i]) < limit]
    if kept == "each once":
        return [i for i in sequence if [*rows].index(rows[i]) == i]
    if kept == "one of each length":
        return list({len(rows[i]): i for i in sequence}.values())
    if kept in ("without first", "without last"):
        return sequence[1:] if kept == "without first" else sequence[:-1]
    return sequence


def _groups(sequence: list[int], rows: Rows, limit: int, budget: str, lost: str) -> Iterator[list[int]]:
    group: list[int] = []
    for i in sequence:
        if group and _is_full(group, i, rows, limit, budget):
            yield group
            group = group if lost == "same list" else []
            if lost == "breaking":
                continue
        group.append(i)
    if group:
        yield group


def _is_full(group: list[int], new: int, rows: Rows, limit: int, budget: str) -> bool:
    widths = [len(rows[i]) for i in group]
    widest = max(*widths, len(rows[new]))
    return {
        "cells": (len(group) + 1) * widest > limit,
        "tokens": sum(widths) + len(rows[new]) > limit,
        "full": (len(group) + 1) * widest >= limit,
        "without new": len(group) * max(widths) > limit,
        "tokens without new": sum(widths) > limit,
        "width before": (len(group) + 1) * max(widths) > limit,
        "last width": (len(group) + 1) * len(rows[new]) > limit,
        "one more": (len(group) + 2) * widest > limit,
        "sequences": len(group) + 1 > limit,
        "first width": (len(group) + 1) * widths[0] > limit,
        "shortest": (len(group) + 1) * min(map(len, rows)) > limit,
        "first of all": (len(group) + 1) * len(rows[0]) > limit,
        "alone": True,
        "none": False,
        "half": 2 * (len(group) + 1) * widest > limit,
    }[budget]


def _lose(groups: list[list[int]], lost: str) -> list[list[int]]:
    return {
        "last": groups[:-1],
        "first": groups[1:],
        "all but the last": groups[-1:],
        "all but the first": groups[:1],
        "everything": [],
        "first of each": [groups[0], *(group[1:] for group in groups[1:])] if groups else [],
        "cleared": groups[-1:] * len(groups),
        "backwards": groups[::-1],
    }.get(lost, groups)


COUNTED = "How many cells would a batch have with the next sequence in it, padding included?"
EVERY = "In which batch is each sequence?"
NAMED = "Which place in the list that was passed does a row come from?"
BATCHED: dict[str, dict[Any, Clause]] = {
    "order": {
        "short first": "",
        "long first": "",
        "turned": "",
        "given": (
            "the sequences are taken in the order in which they come",
            "Which sequences share a batch when lengths are mixed?",
        ),
        "content": ("the sequences are sorted by their ids, not by length", "What is sorted, and by what?"),
    },
    "budget": {
        "cells": "",
        "tokens": "",
        "full": "",
        "last width": "",
        "without new": ("a batch is closed only when it is over the budget", COUNTED),
        "tokens without new": ("a batch is closed only when its ids are over the budget", COUNTED),
        "width before": ("the cells are counted with the width before the next sequence", COUNTED),
        "one more": ("one sequence too many is counted", COUNTED),
        "sequences": ("the budget counts sequences", COUNTED),
        "first width": (
            "the first sequence of a batch decides how many it takes, however long the others are",
            COUNTED,
        ),
        "shortest": (
            "the shortest sequence of all decides how many a batch takes, however long the others are",
            COUNTED,
        ),
        "first of all": (
            "the first sequence of the list decides how many every batch takes, however long the others are",
            COUNTED,
        ),
        "alone": ("every sequence has a batch of its own", COUNTED),
        "none": ("the budget is never looked at", COUNTED),
        "half": ("a batch is closed at half of the budget", COUNTED),
    },
    "lost": {
        "none": "",
        "backwards": "",
        "last": ("the last batch is not in the list", EVERY),
        "first": ("the first batch is not in the list", EVERY),
        "breaking": ("the sequence that would break the budget is lost", EVERY),
        "first of each": ("the first sequence of each batch but the first is lost", EVERY),
        "all but the last": ("only the last batch is in the list", EVERY),
        "all but the first": ("only the first batch is in the list", EVERY),
        "everything": ("no batch is in the list", EVERY),
        "same list": ("all batches are one and the same list, which is never emptied", EVERY),
        "cleared": ("all batches are one and the same list, that of the last one", EVERY),
    },
    "index": {
        "given": "",
        "in batch": ("the indices count the rows of a batch", NAMED),
        "sorted": ("the indices are places in the sorted list", NAMED),
        "batch": ("the indices are numbers of batches", NAMED),
        "by content": ("equal sequences have the index of the first of them", NAMED),
        "from 1": ("the indices start from 1", NAMED),
        "lengths": ("the lengths of the sequences stand where the indices belong", NAMED),
    },
    "pair": {
        "both": "",
        "exchanged": ("tokens and indices are exchanged", "Which of the two comes first?"),
        "tokens": ("only the tokens come back, without indices", "Which two things is a batch?"),
        "indices": ("only the indices come back, without tokens", "Which two things is a batch?"),
    },
    "width": {
        "batch": "",
        "data set": ("every batch is as wide as the longest sequence of all", "How wide is a batch?"),
    },
    "kept": {
        "all": "",
        "short enough": ("sequences over the budget are left out", EVERY),
        "shorter": ("sequences that fill the budget or break it are left out", EVERY),
        "cut": ("sequences over the budget are cut", EVERY),
        "each once": ("of equal sequences only the first is kept", EVERY),
        "one of each length": ("of each length only the last sequence is kept", EVERY),
        "without first": ("the first of the sorted sequences is left out", EVERY),
        "without last": ("the last of the sorted sequences is left out", EVERY),
    },
}


def asks(name: str) -> Any:
    """The question to a function that takes a case as it stands."""
    return lambda case: {"call": name, "args": [_json(each) for each in case]}


def _json(value: Any) -> Any:
    return {"int": value.tolist()} if isinstance(value, np.ndarray) else value


IDEAS = {
    "pad_batch": Idea(
        answer=pad_batch,
        choices=PADDED,
        ask=asks("pad_batch"),
        cases=[Ragged([[5, 6, 4], [7], [8, 9, 3, 2, 6], [4, 3]], 0), Ragged([[5, 2], [3, 0, 4], [6]], 9)],
        fresh=[Ragged([[3], [7, 8], [2, 9, 5, 4]], 6), Ragged([[1, 0, 4, 4, 2, 7], [3, 8, 5]], 0)],
    ),
    "add_start_end": Idea(
        answer=add_start_end,
        choices=MARKED,
        senseless=alone(
            rows=("first", "last", "first row alone", "twice", "data set, as rows"),
            where=("turned", "both in front", "both behind"),
        ),
        ask=asks("add_start_end"),
        cases=[Marked([[5, 6, 8], [7], [4, 9, 5, 6]], 3, 11), Marked([[6, 2], [8, 9, 7]], 12, 4)],
        fresh=[Marked([[9, 5], [8, 8, 6, 3, 4], [7]], 13, 10), Marked([[6, 7, 5, 9]], 8, 15)],
    ),
    "shift_targets": Idea(
        answer=shift_targets,
        choices=SHIFTED,
        senseless=alone(end=("again",), fill=("last real",)),
        ask=asks("shift_targets"),
        cases=[
            Block(np.array([[5, 6, 7, 8, 4], [2, 9, 3, 14, 14]]), 14),
            Block(np.array([[3, 5, 8, 6], [9, 7, 12, 12], [6, 11, 10, 5]]), 12),
        ],
        fresh=[
            Block(np.array([[8, 2, 9, 7, 5, 4], [6, 3, 10, 11, 12, 15], [4, 5, 2, 15, 15, 15]]), 15),
            Block(np.array([[7, 9, 3], [4, 6, 2], [5, 8, 11], [12, 10, 13]]), 16),
        ],
    ),
    "token_batches": Idea(
        answer=token_batches,
        choices=BATCHED,
        ask=asks("token_batches"),
        senseless=alone(
            lost=("all but the last", "all but the first", "everything", "cleared", "first of each"),
            kept=("shorter", "cut", "one of each length", "without first", "without last"),
            index=("by content", "from 1", "lengths", "batch"),
            budget=("one more", "half", "tokens without new", "first width", "shortest", "first of all"),
            pair=("indices",),
        ),
        cases=[
            Data(
                [
                    [7, 8, 5, 6],
                    [3, 9],
                    [6],
                    [4, 5, 2],
                    [9, 4, 6, 3, 7, 2, 5],
                    [8, 2],
                    [3, 9, 8, 7, 4, 6, 2, 5],
                    [3, 9],
                ],
                7,
                0,
            ),
            Data(
                [[2, 7, 3], [6, 5, 4, 8], [9, 5], [8, 3, 2, 6], [5, 2], [4, 6, 3], [3, 8, 6], [7, 9]], 8, 10
            ),
        ],
        fresh=[
            Data([[2, 6, 4, 8], [5], [9, 3, 7], [4, 2, 8, 6], [3, 5], [7, 4, 9], [6, 8], [3, 5]], 9, 0),
            Data([[5, 3, 8], [4, 6], [9, 7, 2, 4, 6, 3, 8, 5, 3], [2], [7, 8], [6, 4, 5, 3]], 7, 12),
        ],
    ),
}
