"""Worked examples of the sequence toolkit: masked accuracy, packing, the loss with teacher forcing."""

from __future__ import annotations

import itertools
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
    "accuracy::*": ["token_accuracy"],
    "packing::packing_takes_an_lstm": ["run_packed with an LSTM"],
    "packing::packing_takes_a_stack_*": ["run_packed with a bidirectional RNN"],
    "packing::*": ["run_packed"],
    "seq2seq::loss_*": ["teacher_forcing_loss"],
}
AFTER: dict[str, list[str]] = {}

PAD = 9  # what stands in padding


def accuracy(rows: Rows, named: Sequence[tuple[str, Numbers]] = ()) -> dict[str, Any]:
    """The share of right tokens; a row is a list of scores, target and whether it counts."""
    counted = [(scores, target) for row in rows for scores, target, counts in row if counts]
    right = [scores.index(max(scores)) == target for scores, target in counted]
    return example(
        f"token_accuracy of {'one row' if len(rows) == 1 else f'{len(rows)} rows'}",
        named or [*told_of(rows), ("mask", [int(counts) for *_, counts in rows[0]])],
        [
            step("right", "highest score = target, where the mask is 1", sum(right)),
            step("accuracy", f"right / {len(counted)} tokens", sum(right) / len(counted), [])
            if counted
            else step("accuracy", "0, as nothing is right", 0, []),
        ],
        {
            "call": "token_accuracy",
            "args": [*scores_and_targets(rows), {"bool": [[counts for *_, counts in row] for row in rows]}],
        },
        also=[] if counted else [["nan"]],  # of no token there is no share
    )


def accuracies() -> Idea:
    everywhere = ("scores everywhere", [0, 1])
    return [
        accuracy([[([0, 1], 1, True)]]),
        accuracy([[([0, 1], 1, True), ([3, 0], 1, True)]]),
        accuracy([[([0, 3], 1, True), ([0, 2], 0, False)]]),
        accuracy([[([0, 3], 0, True), ([2, 0], 1, False)]]),
        accuracy([[([1, 2, 3], 1, True)]]),
        accuracy(
            [[([0, 1], 1, True)] * 2 + [([0, 1], 0, True)]],
            [("scores at all three steps", [0, 1]), ("targets", [1, 1, 0]), ("mask", 1)],
        ),
        accuracy(
            [[([0, 1], 1, True), ([0, 1], 1, True)], [([0, 1], 0, True), ([0, 1], 0, False)]],
            [everywhere, ("targets, row 0", [1, 1]), ("row 1", [0, 0]), ("mask, row 1", [1, 0])],
        ),
        accuracy(
            [[([0, 1], 0, False), ([0, 1], 1, True)]], [everywhere, ("targets", [0, 1]), ("mask", [0, 1])]
        ),
        accuracy([[([0, 1], 1, False)]]),
    ]


# ---- packing


ONES = [("every weight", 1), ("every bias", 0)]


def packed(kind: str, rows: Sequence[Sequence[float]], **options: bool) -> dict[str, Any]:
    """One layer over rows of several lengths, unsorted, with padding behind the shorter ones."""
    lengths = [len(row) for row in rows]
    run = {"RNN": _rnn, "LSTM": _lstm}[kind]
    forward = [run(row) for row in rows]
    both = options.get("bidirectional", False)
    backward = [run(row[::-1]) for row in rows]
    steps = []
    for i, row in enumerate(rows):
        for t in range(len(row)):
            number = f", step {t + 1}"
            out = [forward[i][t][0]] + ([backward[i][-1 - t][0]] if both else [])
            steps.append(step(f"outputs, row {i}{number}", _how(kind, t, both), out, [0, i, t]))
        steps.append(
            step(f"hidden, row {i}", "after its own last step", forward[i][-1][0], [*_hidden(kind), 0, i])
        )
        if kind == "LSTM":
            steps.append(step(f"c, row {i}", "after its own last step", forward[i][-1][1], [1, 1, 0, i]))
        if both:
            steps.append(
                step(f"hidden, row {i}, backwards", "after its first step", backward[i][-1][0], [1, 1, i])
            )
    given = [(f"row {i}", row) for i, row in enumerate(rows)]
    return example(
        f"run_packed with {'a bidirectional ' if both else ''}nn.{kind}(1, 1) on {len(rows)} rows",
        [*given, *ONES],
        steps,
        {
            "new": [f"torch.nn.{kind}", 1, 1, {"kwargs": {"batch_first": True, **options}}],
            "weights": {
                "units": [1],
                "biases": 0,
                "features": 1,
                "larger": [7, 5, {"kwargs": {"batch_first": True, **options}}],
            },
            "call": "run_packed",
            "args": [
                "the object",
                floats(*([[each] for each in [*row, PAD, PAD][: max(lengths)]] for row in rows)),
                ints(*lengths),
            ],
        },
        alone=True,
    )


def _hidden(kind: str) -> list[int]:
    return [1, 0] if kind == "LSTM" else [1]


def _how(kind: str, t: int, both: bool) -> str:
    if both:
        return "forwards, then backwards"
    if kind == "LSTM":
        return "σ(x₁)·tanh(σ(x₁)·tanh(x₁))" if t == 0 else "the second step"
    return ["tanh(x₁)", "tanh(tanh(x₁) + x₂)", "tanh(tanh(tanh(x₁) + x₂) + x₃)"][t]


def _rnn(row: Sequence[float]) -> list[tuple[float, float]]:
    h, found = 0.0, []
    for x in row:
        h = tanh(h + x)
        found.append((h, 0.0))
    return found


def _lstm(row: Sequence[float]) -> list[tuple[float, float]]:
    h = c = 0.0
    found = []
    for x in row:
        a = h + x
        c = sigma(a) * (c + tanh(a))
        h = sigma(a) * tanh(c)
        found.append((h, c))
    return found


# ---- teacher forcing


def forcing(targets: Sequence[Sequence[int]], pad: int | None = None) -> dict[str, Any]:
    """The loss of these targets, of a model whose scores follow from the token before."""
    losses = []
    for row in targets:
        for read, scored in itertools.pairwise(row):
            if scored != (pad or 0):
                losses.append(cross_entropy(TABLE[read], scored))
    named = [(f"tgt, row {i}" if len(targets) > 1 else "tgt", row) for i, row in enumerate(targets)]
    each = step("losses", "−ln softmax(scores)[next token]", losses)
    return example(
        "teacher_forcing_loss of a model that scores by the last token" + (f", pad={pad}" if pad else ""),
        [*named, ("score of 2 after a 1", 1), ("of 1 after a 2", 2), ("all other scores", 0)],
        [
            *([each] if len(targets) == 1 else []),
            step("the loss", "the mean of −ln softmax(scores)[next token]", sum(losses) / len(losses), []),
        ],
        {
            "provide": known("src, tgt", "self.table[tgt]"),
            "new": ["Known"],
            "call": "teacher_forcing_loss",
            "args": ["the object", ints(*([2] for _ in targets)), ints(*targets), *([pad] if pad else [])],
        },
    )


def ideas() -> dict[str, Idea]:
    return {
        "token_accuracy": accuracies(),
        "run_packed": [
            packed("RNN", [[2], [1, -2]]),
            packed("RNN", [[1, -2], [2]]),
            packed("RNN", [[2], [1, -2, 1], [-1, 1]]),
        ],
        "run_packed with an LSTM": [packed("LSTM", [[2], [1, -2]])],
        "run_packed with a bidirectional RNN": [packed("RNN", [[2], [1, -2]], bidirectional=True)],
        "teacher_forcing_loss": [
            forcing([[1, 2]]),
            forcing([[1, 1, 2]]),
            forcing([[1, 2, 0]]),
            forcing([[2, 1, 0]], pad=1),
            forcing([[1, 1, 2], [2, 1, 0]]),
        ],
    }
