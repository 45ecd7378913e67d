"""How assignment 7 pads items to a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks import Value
from tests.harness.equations.making import Clause, Idea

CHECKS = {"collate::batch_*": ["encode", "AuthorDataset", "collate_fn"]}

Items = Sequence[tuple[Sequence[int], int]]  # ids and author


def batch(
    items: Items,
    order: str = "as it is",
    fill: int = 0,
    side: str = "behind",
    end: str = "its own",
    width: str = "longest",
    axes: str = "rows first",
    lengths: str = "real",
    authors: str = "own",
    returned: str = "tokens, lengths, authors",
    form: str = "tensors",
) -> Value:
    by_length = sorted(items, key=lambda item: -len(item[0]))
    items = {"backwards": items[::-1], "all by length": by_length}.get(order, items)
    rows = [list(ids) for ids, _ in (by_length if order == "sentences by length" else items)]
    counts = [len(row) for row in rows]
    if end != "its own":
        ends = [row.pop() for row in rows]
    wide = {"longest": max, "shortest": min}[width](map(len, rows))
    gaps = [[fill] * (wide - len(row)) for row in rows]
    padded = [
        (row[:wide] + gap if side == "behind" else gap + row[:wide])
        for row, gap in zip(rows, gaps, strict=True)
    ]
    if end == "last column":
        padded = [[*row, last] for row, last in zip(padded, ends, strict=True)]
    tokens = np.array(padded)
    counts = {
        "real": counts,
        "without <EOS>": [count - 1 for count in counts],
        "one more": [count + 1 for count in counts],
        "padded": [wide] * len(rows),
        "sorted": sorted(counts, reverse=True),
        "not in the last column": [min(count, wide - 1) for count in counts],
        "rows": [len(rows)] * len(rows),
    }[lengths]
    own = [author for _, author in items]
    known = list(dict.fromkeys(own))
    own = {
        "own": own,
        "afresh": [sorted(known).index(author) for author in own],
        "by appearance": [known.index(author) for author in own],
        "first": [own[0]] * len(own),
        "sorted": sorted(own),
    }[authors]
    parts: dict[str, Value] = {
        "tokens": tokens if axes == "rows first" else tokens.T,
        "lengths": counts if form == "lengths as a list" else np.array(counts),
        "authors": own if form == "authors as a list" else np.array(own),
    }
    return tuple(parts[name] for name in returned.split(", "))


ROWS = "If the rows change their order, what else has to, and does anything need sorted rows?"
COLUMNS = "Print a short row and its length: where are its characters, its <EOS> and its padding?"
COUNT = "Print the lengths beside the sentences: what does each number count?"
SAME = "Is an author the same number in every batch?"
TENSORS = "What does the signature promise?"
THREE = "Which three results does the docstring list, and in which order?"
BATCH: dict[str, dict[Any, Clause]] = {
    "order": {
        "as it is": "",
        "sentences by length": ("the sentences are sorted by length and the authors are not", ROWS),
        "all by length": ("the items are sorted by length, the longest first", ROWS),
        "backwards": ("the items come in the reverse order", ROWS),
    },
    "fill": {
        0: "",
        1: ("the padding is 1", "Which id stands in the empty cells?"),
        -1: ("the padding is -1", "Which id stands in the empty cells?"),
        2: ("the padding is 2", "Which id stands in the empty cells?"),
    },
    "side": {"behind": "", "in front": ("the padding comes before the sentence", COLUMNS)},
    "end": {
        "its own": "",
        "last column": ("<EOS> stands in one last column, behind the padding", COLUMNS),
        "none": ("the last id of every item is cut off in tokens", COLUMNS),
    },
    "width": {
        "longest": "",
        "shortest": (
            "every row is cut to the shortest one",
            "Is the longest sentence still whole?",
        ),
    },
    "axes": {
        "rows first": "",
        "time first": ("tokens are (T, B)", "Which axis of your tokens counts the sentences?"),
    },
    "lengths": {
        "real": "",
        "without <EOS>": ("a length is one less than the row has ids", COUNT),
        "one more": ("a length is one more than the row has ids", COUNT),
        "padded": ("every length is the width of tokens", "What do your lengths say about the shortest row?"),
        "sorted": (
            "the lengths are sorted and the rows are not",
            "Which row has the first length?",
        ),
        "not in the last column": ("the lengths do not count the last column", COUNT),
        "rows": ("every length is the number of rows", COUNT),
    },
    "authors": {
        "own": "",
        "afresh": ("every batch numbers its authors afresh", SAME),
        "by appearance": ("every batch numbers its authors in the order in which they appear", SAME),
        "first": ("all rows have the author of the first item", SAME),
        "sorted": ("the authors are sorted and the rows are not", ROWS),
    },
    "returned": {
        "tokens, lengths, authors": "",
        "tokens, authors, lengths": ("authors come back before lengths", THREE),
        "lengths, tokens, authors": ("lengths come back first", THREE),
        "authors, lengths, tokens": ("tokens come back last and authors first", THREE),
        "tokens, lengths": ("authors do not come back", THREE),
        "tokens, authors": ("lengths do not come back", THREE),
    },
    "form": {
        "tensors": "",
        "lengths as a list": (
            "lengths come back as a list, not as a tensor",
            TENSORS,
        ),
        "authors as a list": (
            "authors come back as a list, not as a tensor",
            TENSORS,
        ),
    },
}


def ask(items: Items) -> dict[str, Any]:
    return {
        "call": "collate_fn",
        "args": [[{"tuple": [{"int": list(ids)}, author]} for ids, author in items]],
    }


IDEAS = {
    "collate_fn": Idea(
        answer=batch,
        choices=BATCH,
        ask=ask,
        cases=[
            [((7, 4, 2), 3), ((5, 9, 3, 4, 7, 2), 1), ((6, 2), 3), ((8, 3, 9, 2), 2)],
            [((2,), 2), ((4, 8, 2), 4)],
        ],
        fresh=[
            [((5, 2), 1), ((6, 3, 2), 4), ((3, 4, 8, 9, 6, 2), 2)],
            [((9, 2), 5), ((3, 5, 5, 7, 2), 4), ((4, 6, 2), 2), ((2,), 4), ((4, 4, 4, 2), 0)],
        ],
    )
}
