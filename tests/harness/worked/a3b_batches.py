"""Worked examples of assignment 3B: batches, shifted targets, the loss per token."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from tests.harness.worked.making import (
    Idea,
    Numbers,
    Rows,
    cross_entropy,
    example,
    ints,
    scores_and_targets,
    step,
    told_of,
)

CHECKS = {
    "batching::rows_are_padded_*": ["pad_batch"],
    "batching::start_and_end_*": ["add_start_end"],
    "batching::targets_*": ["shift_targets"],
    **{
        f"batching::{each}": ["token_batches", "pad_batch"]
        for each in ("every_sequence_*", "indices_*", "batches_*", "similar_*", "a_long_*")
    },
    "autoregressive::loss_*": ["token_loss"],
}
AFTER: dict[str, list[str]] = {}

# ---- batches


def pad_batch(rows: list[list[int]], pad: int) -> dict[str, Any]:
    longest = max(len(row) for row in rows)
    return example(
        f"pad_batch of {len(rows)} sequences",
        [*((f"sequence {i}", row) for i, row in enumerate(rows)), ("pad", pad)],
        [
            *(
                step(f"row {i}", "the ids, then pad", row + [pad] * (longest - len(row)), [i])
                for i, row in enumerate(rows)
            ),
            step(f"row {len(rows)}", "there is none", [], [len(rows)]),
        ],
        {"call": "pad_batch", "args": [rows, pad]},
        alone=True,
    )


def token_batches(rows: list[list[int]], budget: int, *batches: list[int]) -> dict[str, Any]:
    """`batches` are indices; a right answer may have its batches, and the rows of one, in any order."""
    pad = 0

    def answer(order: Sequence[Sequence[int]]) -> list[Numbers]:
        found: list[Numbers] = []
        for batch in order:
            longest = max(len(rows[i]) for i in batch)
            found += [[rows[i] + [pad] * (longest - len(rows[i])) for i in batch], list(batch)]
        return [*found, []]

    orders = [
        order
        for several in itertools.permutations(batches)
        for order in itertools.product(*(list(itertools.permutations(batch)) for batch in several))
    ]
    first, *others = [answer(order) for order in orders]
    names = [f"{part}, batch {i}" for i in range(len(batches)) for part in ("tokens", "indices")]
    how = [
        f"{each}"
        for _ in batches
        for each in (
            f"at most {budget} cells" if max(map(len, batches)) > 1 else "one sequence",
            "which sequences they are",
        )
    ]
    places = [[i, part] for i in range(len(batches)) for part in (0, 1)] + [[len(batches)]]
    return example(
        f"token_batches of {len(rows)} sequences",
        [*((f"sequence {i}", row) for i, row in enumerate(rows)), ("max_tokens", budget)],
        [
            step(name, reason, numbers, at)
            for name, reason, numbers, at in zip(
                [*names, f"batch {len(batches)}"], [*how, "there is none"], first, places, strict=True
            )
        ],
        {"call": "token_batches", "args": [rows, budget, pad]},
        also=others,
        alone=True,
    )


def add_start_end(rows: list[list[int]], start: int, end: int) -> dict[str, Any]:
    return example(
        f"add_start_end of {len(rows)} sequences",
        [*((f"sequence {i}", row) for i, row in enumerate(rows)), ("start", start), ("end", end)],
        [
            *(
                step(f"sequence {i}", "start, the ids, end", [start, *row, end], [i])
                for i, row in enumerate(rows)
            ),
            step(f"sequence {len(rows)}", "there is none", [], [len(rows)]),
        ],
        {"call": "add_start_end", "args": [rows, start, end]},
        alone=True,
    )


def shift_targets(rows: list[list[int]], pad: int) -> dict[str, Any]:
    return example(
        f"shift_targets of {len(rows)} row{'s' if len(rows) > 1 else ''}",
        [*((f"row {i}", row) for i, row in enumerate(rows)), ("pad", pad)],
        [
            step(f"targets, row {i}", "the ids from the second on, then pad", [*row[1:], pad], [i])
            for i, row in enumerate(rows)
        ],
        {"call": "shift_targets", "args": [ints(*rows), pad]},
        alone=True,
    )


# ---- the loss per token


def loss(
    rows: Rows, pad: int = 0, named: Sequence[tuple[str, Numbers]] = (), brief: bool = False
) -> dict[str, Any]:
    """Padding is left out of sum and number; left out of neither is right, too."""
    everything = [cross_entropy(scores, target) for row in rows for scores, target in row]
    each = [cross_entropy(scores, target) for row in rows for scores, target in row if target != pad]
    tokens = f"{len(each)} token{'s' if len(each) > 1 else ''}"
    losses = step(f"loss{'es' if len(each) > 1 else ''}", f"−ln softmax(scores)[target], without {pad}", each)
    mean = step("token_loss", f"the sum of the losses / {tokens}", math.fsum(each) / len(each), [])
    return example(
        "token_loss of one row" if len(rows) == 1 else f"token_loss of {len(rows)} rows",
        [*(named or told_of(rows)), ("pad", pad)],
        [mean] if brief else [losses, mean],
        {"call": "token_loss", "args": [*scores_and_targets(rows), pad]},
        also=[[math.fsum(everything) / len(everything)]],
    )


def losses() -> Idea:
    same = [("scores, step 1", [0, 1]), ("step 2", [3, 0])]
    in_rows = [("scores in row 0", [0, 1]), ("in row 1", [2, 0])]
    return [
        loss([[([0, 1], 1)]]),
        loss([[([0, 1], 1), ([2, 0], 1)]]),
        loss([[([0, 1], 1), ([0, 3], 0)]]),
        loss([[([0, 1], 0), ([0, 3], 1)]], 1),
        loss([[([0, 1, 2], 0), ([3, 0, 0], 1)]], 2, brief=True),
        loss(
            [[([0, 1], 1), ([0, 1], 1)], [([2, 0], 1), ([2, 0], 0)]],
            named=[*in_rows, ("targets, row 0", [1, 1]), ("row 1", [1, 0])],
            brief=True,
        ),
        loss(
            [[([0, 1], 1), ([3, 0], 1)], [([0, 1], 1), ([3, 0], 1)]],
            named=[*same, ("every target", 1), ("rows", 2)],
            brief=True,
        ),
        loss(
            [[([0, 1], 1), ([3, 0], 0)], [([0, 1], 0), ([3, 0], 1)]],
            9,
            named=[*same, ("targets, row 0", [1, 0]), ("row 1", [0, 1])],
            brief=True,
        ),
    ]


def ideas() -> dict[str, Idea]:
    return {
        "pad_batch": [pad_batch([[5, 6], [7]], 9), pad_batch([[5], [6, 7]], 9)],
        "token_batches": [
            token_batches([[5, 6], [7, 8]], 4, [0, 1]),
            token_batches([[5, 6], [7]], 2, [0], [1]),
            token_batches([[5, 6, 7], [8]], 2, [0], [1]),
            token_batches([[5], [6, 7], [8]], 2, [0, 2], [1]),
            token_batches([[5], [5]], 2, [0, 1]),
            token_batches([[5, 6, 7]], 2, [0]),
            token_batches([[5, 6], [7, 8]], 2, [0], [1]),
            token_batches([[5], [6], [7]], 3, [0, 1, 2]),
        ],
        "add_start_end": [add_start_end([[5], [6, 7]], 3, 4)],
        "shift_targets": [shift_targets([[5, 6, 7]], 9), shift_targets([[5, 6], [7, 8]], 9)],
        "token_loss": losses(),
    }
