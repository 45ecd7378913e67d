"""Worked examples of assignment 3B: Elman, step by step, and classifiers that take a maximum over time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from tests.harness.worked.making import Idea, Numbers, example, floats, ints, sigma, step, tanh

CHECKS = {
    "classifiers::mlp_*": ["MLPClassifier"],
    "elman::elman_classifier_*": ["ElmanClassifier"],
    **{
        f"elman::elman_{each}": ["Elman"]
        for each in ("keeps_*", "starts_*", "state_*", "outputs_*", "steps_*", "treats_*", "passes_*")
    },
}
AFTER = {"ElmanClassifier": ["Elman"]}
SMALL = "₀₁₂₃"

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


def ideas() -> dict[str, Idea]:
    return {
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
    }
