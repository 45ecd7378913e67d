"""Worked examples of assignment 3B: batches, shifted targets, Elman, the two poolings, the loss per token."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from tests.harness.worked.making import Idea, Numbers, cross_entropy, example, floats, ints, sigma, step, tanh

CHECKS = {
    "batching::rows_are_padded_*": ["pad_batch"],
    "batching::start_and_end_*": ["add_start_end"],
    "batching::targets_*": ["shift_targets"],
    **{
        f"batching::{each}": ["token_batches", "pad_batch"]
        for each in ("every_sequence_*", "indices_*", "batches_*", "similar_*", "a_long_*")
    },
    "classifiers::mlp_*": ["MLPClassifier"],
    "elman::elman_classifier_*": ["ElmanClassifier"],
    **{
        f"elman::elman_{each}": ["Elman"]
        for each in ("keeps_*", "starts_*", "state_*", "outputs_*", "steps_*", "treats_*", "passes_*")
    },
    "autoregressive::loss_*": ["token_loss"],
}
AFTER = {"ElmanClassifier": ["Elman"]}
SMALL = "₀₁₂₃"

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


# ---- Elman and the classifiers


Squash = Callable[[float], float]
# The text leaves the nonlinearity open, and whether the output has one, too.
SLOPES = (0.0, 0.01, 0.1, 0.2)  # of a ReLU, and of leaky ones
SQUASHED: list[Squash] = [
    tanh,
    sigma,
    *(lambda a, slope=slope: max(a, slope * a) for slope in SLOPES),  # type: ignore[misc]
    lambda a: a if a > 0 else math.expm1(a),  # ELU
]
SHOWN: list[Squash] = [lambda a: a, tanh, sigma, lambda a: max(a, 0.0)]
OTHERS = [each for each in itertools.product(SQUASHED, SHOWN) if each != (SQUASHED[0], SHOWN[0])]


def elman(
    x: Sequence[float], start: float | None = None, weight: float = 1, bias: float = 0
) -> dict[str, Any]:
    """Outputs and last state; all weights are alike, so the output is that number times the state."""

    def states(squash: Squash) -> list[float]:
        found = [start or 0.0]
        for each in x:
            found.append(squash(weight * (each + found[-1]) + bias))
        return found[1:]

    def answer(squash: Squash, shown: Squash) -> list[float]:
        found = states(squash)
        return [*(shown(weight * h + bias) for h in found), found[-1]]

    steps = []
    sign, plus = {1: "", -1: "−"}[weight], " + 1" if bias else ""
    for t, h in enumerate(states(tanh)):
        now = SMALL[t + 1]
        inside = f"x{now} + h{SMALL[t]}" if t or start else f"x{now}"
        inside = f"−({inside})" if weight < 0 and "+" in inside else f"{sign}{inside}"
        steps += [
            step(f"h{now}", f"tanh({inside}{plus})", h),
            step(f"output {t + 1}", f"{sign}h{now}{plus}", weight * h + bias, [0, 0, t]),
        ]
    steps.append(step("last state", f"h{SMALL[len(x)]}", states(tanh)[-1], [1]))
    return example(
        f"Elman(1, 1, 1) on one row of {len(x)} step{'s' if len(x) > 1 else ''}, if φ is tanh",
        [(f"x{SMALL[t + 1]}", each) for t, each in enumerate(x)]
        + ([("h₀", start)] if start else [])
        + [("every weight", weight), ("every bias", bias)],
        steps,
        {
            "new": ["Elman", 1, 1, 1],
            "weights": {"units": [weight], "biases": bias, "features": 1, "larger": [7, 6, 5]},
            "args": [floats([[each] for each in x]), *([floats([start])] if start else [])],
        },
        also=[answer(*both) for both in OTHERS],
    )


def elman_rows() -> dict[str, Any]:
    rows = [[1, -2], [2, 1]]

    def answer(squash: Squash, shown: Squash) -> list[float]:
        outputs, last = [], []
        for row in rows:
            h = 0.0
            for x in row:
                h = squash(x + h)
                outputs.append(shown(h))
            last.append(h)
        return [*outputs, *last]

    names = [f"output {t + 1}, row {i}" for i in (0, 1) for t in (0, 1)] + [
        "last state, row 0",
        "last state, row 1",
    ]
    how = ["tanh(x₁)", "tanh(x₂ + tanh(x₁))"] * 2 + ["h₂ of this row"] * 2
    places = [[0, i, t] for i in (0, 1) for t in (0, 1)] + [[1, 0], [1, 1]]
    return example(
        "Elman(1, 1, 1) on two rows, if φ is tanh",
        [("row 0", rows[0]), ("row 1", rows[1]), ("every weight", 1), ("every bias", 0)],
        [step(*each) for each in zip(names, how, answer(SQUASHED[0], SHOWN[0]), places, strict=True)],
        {
            "new": ["Elman", 1, 1, 1],
            "weights": {"units": [1], "biases": 0, "features": 1, "larger": [7, 6, 5]},
            "args": [floats(*([[x] for x in row] for row in rows))],
        },
        also=[answer(*both) for both in OTHERS],
        alone=True,
    )


EMBEDDINGS = [0, 1, -1, 3, -2]


def pooled(
    model: str, rows: Sequence[Sequence[int]], bias: float = 0, weight: float | None = None
) -> dict[str, Any]:
    """Scores of a classifier that takes the maximum over time.

    All its other weights are 1; with `weight` there are three classes, and this one is the first one's.
    """

    def hidden(row: Sequence[int], squash: Squash, shown: Squash) -> list[float]:
        if model == "MLPClassifier":
            return [max(EMBEDDINGS[token] + bias, 0.0) for token in row]
        h, outputs = 0.0, []
        for token in row:
            h = squash(EMBEDDINGS[token] + h + bias)
            outputs.append(max(shown(h + bias), 0.0))
        return outputs

    def answer(squash: Squash, shown: Squash) -> list[Numbers]:
        largest = [max(hidden(row, squash, shown)) for row in rows]
        return [weight * each if weight else [each + bias] * 2 for each in largest]

    usual = SQUASHED[0], SHOWN[0]
    plus, many = " + 1" if bias else "", len(rows) > 1
    inner = f"relu(embedding{plus})"
    if model == "ElmanClassifier":
        inner = f"relu of tanh(embedding + old state{plus}){plus}"
    steps = [] if many else [step("hidden", inner, hidden(rows[0], *usual))]
    for i, scores in enumerate(answer(*usual)):
        name = "score of class 0" if weight else f"scores{f', row {i}' if many else ''}"
        how = f"{f'{weight} · ' if weight else ''}the largest hidden number{plus}"
        steps.append(step(name, how, scores, [i, 0] if weight else [i]))
    given = [
        (f"embeddings{f' of row {i}' if many else ''}", [EMBEDDINGS[token] for token in row])
        for i, row in enumerate(rows)
    ]
    along = {str(len(EMBEDDINGS)): EMBEDDINGS} | ({"3": [weight, 1, 2]} if weight else {})
    return example(
        f"{model}(5, 1, 1) on {f'{len(rows)} rows' if many else 'one row'} of {len(rows[0])} tokens"
        + (", if φ is tanh" if model == "ElmanClassifier" else ""),
        [
            *given,
            *([("output weight of class 0", weight)] if weight else []),
            ("every other weight", 1),
            ("every bias", bias),
        ],
        steps,
        {
            "new": [model, len(EMBEDDINGS), 1, 1, 3 if weight else 2],
            "weights": {
                "units": [1],
                "biases": bias,
                "features": 1,
                "along": along,
                "larger": [11, 7, 6, 13],
            },
            "args": [ints(*rows)],
        },
        also=[answer(*both) for both in OTHERS] if model == "ElmanClassifier" else [],
        alone=many,
    )


# ---- the loss per token


def loss(
    rows: Sequence[Sequence[tuple[Sequence[float], int]]],
    pad: int,
    named: Sequence[tuple[str, Numbers]],
    brief: bool = False,
) -> dict[str, Any]:
    """Padding is left out of sum and number; left out of neither is right, too."""
    everything = [cross_entropy(scores, target) for row in rows for scores, target in row]
    each = [cross_entropy(scores, target) for row in rows for scores, target in row if target != pad]
    mean = math.fsum(each) / len(each)
    return example(
        "token_loss of one row" if len(rows) == 1 else f"token_loss of {len(rows)} rows",
        [*named, ("pad", pad)],
        [
            *(
                []
                if brief
                else [
                    step(
                        "losses" if len(each) > 1 else "loss",
                        f"−ln softmax(scores)[target], without {pad}",
                        each,
                    )
                ]
            ),
            step(
                "token_loss",
                f"the sum of the losses / {len(each)} token{'s' if len(each) > 1 else ''}",
                mean,
                [],
            ),
        ],
        {
            "call": "token_loss",
            "args": [
                floats(*([list(scores) for scores, _ in row] for row in rows)),
                ints(*([target for _, target in row] for row in rows)),
                pad,
            ],
        },
        also=[[math.fsum(everything) / len(everything)]],
    )


def losses() -> Idea:
    return [
        loss([[([0, 1], 1)]], 0, [("scores", [0, 1]), ("target", 1)]),
        loss(
            [[([0, 1], 1), ([2, 0], 1)]],
            0,
            [("scores, step 1", [0, 1]), ("step 2", [2, 0]), ("targets", [1, 1])],
        ),
        loss(
            [[([0, 1], 1), ([0, 3], 0)]],
            0,
            [("scores, step 1", [0, 1]), ("step 2", [0, 3]), ("targets", [1, 0])],
        ),
        loss(
            [[([0, 1], 0), ([0, 3], 1)]],
            1,
            [("scores, step 1", [0, 1]), ("step 2", [0, 3]), ("targets", [0, 1])],
        ),
        loss(
            [[([0, 1, 2], 0), ([3, 0, 0], 1)]],
            2,
            [("scores, step 1", [0, 1, 2]), ("step 2", [3, 0, 0]), ("targets", [0, 1])],
            brief=True,
        ),
        loss(
            [[([0, 1], 1), ([0, 1], 1)], [([2, 0], 1), ([2, 0], 0)]],
            0,
            [
                ("scores in row 0", [0, 1]),
                ("in row 1", [2, 0]),
                ("targets, row 0", [1, 1]),
                ("row 1", [1, 0]),
            ],
            brief=True,
        ),
        loss(
            [[([0, 1], 1), ([3, 0], 1)], [([0, 1], 1), ([3, 0], 1)]],
            0,
            [("scores, step 1", [0, 1]), ("step 2", [3, 0]), ("every target", 1), ("rows", 2)],
            brief=True,
        ),
        loss(
            [[([0, 1], 1), ([3, 0], 0)], [([0, 1], 0), ([3, 0], 1)]],
            9,
            [("scores, step 1", [0, 1]), ("step 2", [3, 0]), ("targets, row 0", [1, 0]), ("row 1", [0, 1])],
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
        "Elman": [
            elman([1]),
            elman([1, -2]),
            elman([1], start=-2),
            elman([1], weight=-1),
            elman([1, 2], weight=-1),
            elman([-1], bias=1),
            elman([1, -2, 1]),
            elman_rows(),
        ],
        "ElmanClassifier": [
            pooled("ElmanClassifier", [[3, 4]]),
            pooled("ElmanClassifier", [[4, 1]]),
            pooled("ElmanClassifier", [[3, 4], [4, 1]]),
            pooled("ElmanClassifier", [[4, 2]], bias=1),
            pooled("ElmanClassifier", [[3, 4]], weight=-1),
            pooled("ElmanClassifier", [[1, 1]]),
        ],
        "MLPClassifier": [
            pooled("MLPClassifier", [[1, 2]]),
            pooled("MLPClassifier", [[1, 3]]),
            pooled("MLPClassifier", [[2, 4]]),
            pooled("MLPClassifier", [[1, 2], [3, 4]]),
            pooled("MLPClassifier", [[1, 2]], bias=1),
            pooled("MLPClassifier", [[1, 3]], weight=-1),
            pooled("MLPClassifier", [[2, 1, 3]]),
        ],
        "token_loss": losses(),
    }
