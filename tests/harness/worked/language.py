"""Worked examples of the language models: both models over a few steps, their loss, perplexity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tests.harness.worked.making import (
    TABLE,
    Idea,
    Numbers,
    Rows,
    cross_entropy,
    example,
    floats,
    ints,
    known,
    scores_and_targets,
    sigma,
    step,
    tanh,
    told_of,
)

CHECKS = {
    "models::rnn_*": ["VanillaRNNLM"],
    "models::lstm_*": ["LSTMLM"],
    "training::loss_*": ["lm_loss"],
    "training::evaluate_*": ["evaluate"],
    "training::perplexity_*": ["evaluate"],
}
AFTER = {"evaluate": ["lm_loss"]}

EMBEDDINGS = [0, 1, -1, 2, -2]  # of the ids from 0 on; the same numbers weigh the state in their scores
SMALL = "₀₁₂₃"


def asks(model: str, rows: Sequence[Sequence[int]], *state: Any, bias: float = 0) -> dict[str, Any]:
    return {
        "new": [model, len(EMBEDDINGS), 1, 1],
        "weights": {
            "units": [1],
            "biases": bias,
            "features": 1,
            "along": {str(len(EMBEDDINGS)): EMBEDDINGS},
            "larger": [11, 7, 6],
        },
        "args": [ints(*rows), *state],
    }


def told(rows: Sequence[Sequence[int]], bias: float = 0) -> list[tuple[str, Numbers]]:
    """The embeddings that are read, and the other weights."""
    if len(rows) == 1:
        named = [(f"e{SMALL[t + 1]}", EMBEDDINGS[token]) for t, token in enumerate(rows[0])]
    else:
        named = [(f"e₁, e₂ of row {i}", [EMBEDDINGS[token] for token in row]) for i, row in enumerate(rows)]
    return [*named, ("every other weight", 1), ("every bias", bias)]


def rnn(
    rows: Sequence[Sequence[int]], start: float | None = None, bias: float = 0, scored: int = 1
) -> dict[str, Any]:
    """Scores of one id, whose output weight is 1 unless it is another id, and the last state."""

    def states(row: Sequence[int], biases: int) -> list[float]:
        found = [start or 0.0]
        for token in row:
            found.append(tanh(found[-1] + EMBEDDINGS[token] + biases * bias))
        return found[1:]

    weight = EMBEDDINGS[scored]
    many = len(rows) > 1

    def answer(biases: int, of_scores: int) -> list[float]:
        found = [states(row, biases) for row in rows]
        return [each for hs in found for each in (*(weight * h + of_scores * bias for h in hs), hs[-1])]

    steps = []
    for i, row in enumerate(rows):
        found = states(row, 2)
        for t, h in enumerate(found):
            before = f"h{SMALL[t]} + " if t else ("h₀ + " if start else "")
            inside = f"tanh({before}e{SMALL[t + 1]}{' + 1 + 1' if bias else ''})"
            of_row = f", row {i}" if many else ""
            scale = f"{weight}·" if weight != 1 else ""
            steps += [step(f"h{SMALL[t + 1]}", inside, h)] if not many else []
            steps.append(
                step(
                    f"score of {scored}, step {t + 1}{of_row}",
                    f"{scale}{inside if many and not t else f'h{SMALL[t + 1]}'}{' + 1' if bias else ''}",
                    weight * h + bias,
                    [0, i, t, scored],
                )
            )
        last = f"last state{', row ' + str(i) if many else ''}"
        steps.append(step(last, f"h{SMALL[len(row)]}", found[-1], [1, i]))
    titles = "a row" if not many else f"{len(rows)} rows"
    return example(
        f"VanillaRNNLM(5, 1, 1) on {titles} of {len(rows[0])} token{'s' if len(rows[0]) > 1 else ''}"
        + ("" if weight == 1 else f", where id {scored} has the output weight {weight}"),
        ([("h₀", start)] if start else []) + told(rows, bias),
        steps,
        asks("VanillaRNNLM", rows, *([floats([start])] if start else []), bias=bias),
        also=[answer(2, 0), answer(1, 1), answer(1, 0)] if bias else [],  # scores may do without a bias
        alone=many,
    )


def lstm(rows: Sequence[Sequence[int]], start: tuple[float, float] | None = None) -> dict[str, Any]:
    many = len(rows) > 1
    steps = []
    for i, row in enumerate(rows):
        h, c = start or (0.0, 0.0)
        of_row = f", row {i}" if many else ""
        for t, token in enumerate(row):
            a = h + EMBEDDINGS[token]
            now, before = SMALL[t + 1], SMALL[t]
            has_past = bool(t or start)
            c = sigma(a) * (c + tanh(a))
            h = sigma(a) * tanh(c)
            inside = f"h{before} + e{now}" if has_past else f"e{now}"
            memory = f"(c{before} + tanh({inside}))" if has_past else f"tanh({inside})"
            if not many:
                steps.append(step(f"c{now}", f"σ({inside})·{memory}", c))
            steps.append(
                step(
                    f"score of 1, step {t + 1}{of_row}", f"h{now} = σ({inside})·tanh(c{now})", h, [0, i, t, 1]
                )
            )
        steps.append(step(f"last h{of_row}", f"h{SMALL[len(row)]}", h, [1, 0, 0, i]))
        steps.append(step(f"last c{of_row}", f"c{SMALL[len(row)]}", c, [1, 1, 0, i]))
    state = {"tuple": [floats([[each] for _ in rows]) for each in start]} if start else None
    titles = "a row" if not many else f"{len(rows)} rows"
    return example(
        f"LSTMLM(5, 1, 1) on {titles} of {len(rows[0])} token{'s' if len(rows[0]) > 1 else ''}",
        ([("h₀", start[0]), ("c₀", start[1])] if start else []) + told(rows),
        steps,
        asks("LSTMLM", rows, *([state] if state else [])),
        alone=many,
    )


def lstm_with_biases(token: int) -> dict[str, Any]:
    """One step; nn.LSTM has two biases in each gate, and the same equations may be written with one."""

    def new(biases: int, of_scores: int) -> list[float]:
        a = EMBEDDINGS[token] + biases
        c = sigma(a) * tanh(a)
        h = sigma(a) * tanh(c)
        return [h + of_scores, h, c]

    score, h, c = new(2, 1)
    return example(
        "LSTMLM(5, 1, 1) on a row of 1 token",
        told([[token]], 1),
        [
            step("c₁", "σ(e₁ + 1 + 1)·tanh(e₁ + 1 + 1)", c),
            step("score of 1, step 1", "h₁ + 1, h₁ = σ(e₁ + 1 + 1)·tanh(c₁)", score, [0, 0, 0, 1]),
            step("last h", "h₁", h, [1, 0, 0, 0]),
            step("last c", "c₁", c, [1, 1, 0, 0]),
        ],
        asks("LSTMLM", [[token]], bias=1),
        also=[new(2, 0), new(1, 1), new(1, 0)],  # scores may do without a bias
    )


# ---- losses


def loss(
    rows: Rows, named: Sequence[tuple[str, Numbers]] = (), reduction: str = "mean", ignored: int = 0
) -> dict[str, Any]:
    each = [cross_entropy(scores, target) for row in rows for scores, target in row if target != ignored]
    kwargs: dict[str, Any] = {"reduction": reduction} if reduction != "mean" else {}
    kwargs |= {"ignore_index": ignored} if ignored else {}
    title = "lm_loss of one row" if len(rows) == 1 else f"lm_loss of {len(rows)} rows"
    how = f"−ln softmax(scores)[target], without {ignored}"
    total = sum(each)
    return example(
        ", ".join([title, *(f"{k}={v}" for k, v in kwargs.items())]),
        named or told_of(rows),
        [
            step("losses" if len(each) > 1 else "loss", how, each),
            step("lm_loss", f"their {reduction}", total / len(each) if reduction == "mean" else total, []),
        ],
        {"call": "lm_loss", "args": scores_and_targets(rows), "kwargs": kwargs},
    )


def losses() -> Idea:
    two = [[([0, 1], 1), ([2, 0], 1)]]
    in_rows = loss(
        [[([0, 1], 1), ([0, 1], 1)], [([2, 0], 1), ([2, 0], 0)]],
        [("scores in row 0", [0, 1]), ("in row 1", [2, 0]), ("targets, row 0", [1, 1]), ("row 1", [1, 0])],
    )
    return [
        loss([[([0, 1], 1)]]),
        loss(two),
        loss(two, reduction="sum"),
        loss([[([0, 1], 1), ([0, 3], 0)]]),
        loss([[([0, 1], 0), ([0, 3], 1)]], ignored=1),
        loss([[([0, 1, 2], 1), ([3, 0, 0], 2)]]),
        in_rows | {"steps": in_rows["steps"][1:]},
        loss(
            [[([0, 1], 1), ([3, 0], 1)], [([0, 1], 0), ([3, 0], 0)]],
            [("scores, step 1", [0, 1]), ("step 2", [3, 0]), ("targets, row 0", [1, 1]), ("row 1", [0, 0])],
        ),
    ]


Batch = Sequence[Sequence[tuple[int, int]]]  # rows of a token and the one that follows


def evaluated(*batches: Batch, pad: int = 0, brief: bool = False) -> dict[str, Any]:
    """evaluate over batches whose model scores by the token read alone."""
    pairs = [pair for batch in batches for row in batch for pair in row if pair[1] != pad]
    each = [cross_entropy(TABLE[x], y) for x, y in pairs]
    mean = sum(each) / len(each)
    named = []
    for i, batch in enumerate(batches):
        name = f" of batch {i + 1}" if len(batches) > 1 else ""
        named += [
            (f"x{name}", [x for row in batch for x, _ in row]),
            (f"y{name}", [y for row in batch for _, y in row]),
        ]
    table = [("score of 2 after a 1", 1)] + ([("of 1 after a 2", 2)] if any(x == 2 for x, _ in pairs) else [])
    how = f"{'; '.join(['the mean over the tokens', 'of −ln softmax(scores)[y]'])}".replace(";", "")
    loader = [
        {
            "tuple": [
                ints(*([x for x, _ in row] for row in batch)),
                ints(*([y for _, y in row] for row in batch)),
            ]
        }
        for batch in batches
    ]
    return example(
        f"evaluate with {len(batches)} batch{'es' if len(batches) > 1 else ''}"
        + (f", pad_id={pad}" if pad else ""),
        [*named, *table, ("all other scores", 0)],
        [
            *([] if brief else [step("losses", "−ln softmax(scores)[y], without padding", each)]),
            step("mean loss", how if brief else "their mean", mean, [0]),
            step("perplexity", "e to the power of the mean loss", math.exp(mean), [1]),
        ],
        {
            "provide": known("x, state=None", "self.table[x], torch.zeros(len(x), 1)"),
            "new": ["Known"],
            "call": "evaluate",
            "args": ["the object", loader],
            **({"kwargs": {"pad_id": pad}} if pad else {}),
        },
        alone=brief,
    )


def ideas() -> dict[str, Idea]:
    return {
        "VanillaRNNLM": [
            rnn([[1]]),
            rnn([[1, 4]]),
            rnn([[1]], start=-2),
            rnn([[3]], scored=3),
            rnn([[4, 3]], scored=4),
            rnn([[2]], bias=1),
            rnn([[1, 4], [2, 3]]),
        ],
        "LSTMLM": [
            lstm([[3]]),
            lstm([[3, 2]]),
            lstm([[1]], start=(-2, 3)),
            lstm_with_biases(2),
            lstm([[3, 2], [1, 4]]),
        ],
        "lm_loss": losses(),
        "evaluate": [
            evaluated([[(1, 2)]]),
            evaluated([[(1, 2), (1, 0)]]),
            evaluated([[(1, 2), (1, 1)]], pad=1),
            evaluated([[(1, 2)]], [[(2, 1), (2, 1)]], brief=True),
            evaluated([[(2, 1), (2, 1)]], [[(1, 2)]], brief=True),
            evaluated([[(1, 2), (0, 1)]], brief=True),
        ],
    }
