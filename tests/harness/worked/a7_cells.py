"""Worked examples of assignment 7: one step of each of the three cells."""

from __future__ import annotations

import itertools
from typing import Any

from tests.harness.worked.making import Idea, example, floats, sigma, step, tanh

CHECKS = {
    "cells::vanilla_cell_*": ["VanillaRNNCell"],
    "cells::lstm_cell_*": ["LSTMCell"],
    "cells::gru_cell_*": ["GRUCell"],
}
AFTER: dict[str, list[str]] = {}

SIZES = {"larger": [7, 5], "features": 1}
ONES = [("every weight", 1), ("every bias", 0)]


def asks(
    cell: str, x: list[float], *state: list[float], units: tuple[float, ...] = (1,), bias: float = 0
) -> dict[str, Any]:
    """One step of a cell; x has a number per row, the parts of the state one per row and unit."""
    parts = [floats(*(part[i : i + len(units)] for i in range(0, len(part), len(units)))) for part in state]
    return {
        "new": [cell, 1, len(units)],
        "weights": {"units": list(units), "biases": bias, **SIZES},
        "args": [floats(*([each] for each in x)), parts[0] if len(parts) == 1 else {"tuple": parts}],
    }


# ---- cells


def vanilla() -> Idea:
    name = "VanillaRNNCell"

    def one(x: float, h: float) -> dict[str, Any]:
        return example(
            f"one step of {name}(1, 1)",
            [("x", x), ("h", h), *ONES],
            [step("new h", "tanh(h + x)", tanh(h + x), [])],
            asks(name, [x], [h]),
        )

    return [
        one(-1, 2),
        one(1, 1),
        example(
            f"one step of {name}(1, 1)",
            [("x", -1), ("h", 1), ("every weight", 1), ("every bias", 1)],
            [step("new h", "tanh(h + x + 1)", tanh(1), [])],
            asks(name, [-1], [1], bias=1),
            also=[[tanh(2)], [tanh(3)]],
        ),
        example(
            f"one step of {name}(1, 1) with two rows",
            [("x", [-1, 1]), ("h", [2, 1]), *ONES],
            [step("row 0", "tanh(h + x)", tanh(1), [0]), step("row 1", "tanh(h + x)", tanh(2), [1])],
            asks(name, [-1, 1], [2, 1]),
        ),
    ]


def lstm() -> Idea:
    name = "LSTMCell"

    def one(x: float, h: float, c: float, b: float = 0) -> dict[str, Any]:
        def new(f: float, i: float, o: float, k: float) -> tuple[float, float]:
            """The new (h, C) for so many biases in each gate and in the candidate."""
            a = h + x
            new_c = sigma(a + f * b) * c + sigma(a + i * b) * tanh(a + k * b)
            return sigma(a + o * b) * tanh(new_c), new_c

        inside = "h + x + 1" if b else "h + x"
        new_h, new_c = new(1, 1, 1, 1)
        counts = [*itertools.product((1, 2), repeat=4), (3, 3, 3, 3)][1:] if b else []
        return example(
            f"one step of {name}(1, 1)",
            [("x", x), ("h", h), ("C", c), ("every weight", 1), ("every bias", b)],
            [
                step("f = i = o", f"σ({inside})", sigma(h + x + b)),
                step("C̃", f"tanh({inside})", tanh(h + x + b)),
                step("new C", "f·C + i·C̃", new_c, [1]),
                step("new h", "o·tanh(new C)", new_h, [0]),
            ],
            asks(name, [x], [h], [c], bias=b),
            also=[[new(*some)[1], new(*some)[0]] for some in counts],
        )

    def rows(x: list[float], h: list[float], c: list[float]) -> dict[str, Any]:
        sums = [a + b for a, b in zip(x, h, strict=True)]
        new = [sigma(a) * (b + tanh(a)) for a, b in zip(sums, c, strict=True)]
        out = [sigma(a) * tanh(b) for a, b in zip(sums, new, strict=True)]
        how = "σ(h + x)·C + σ(h + x)·tanh(h + x)"
        return example(
            f"one step of {name}(1, 1) with two rows",
            [("x", x), ("h", h), ("C", c), *ONES],
            [
                step("new C, row 0", how, new[0], [1, 0]),
                step("new C, row 1", how, new[1], [1, 1]),
                step("new h", "σ(h + x)·tanh(new C)", out, [0]),
            ],
            asks(name, x, h, c),
        )

    return [one(-1, 2, 3), one(1, 1, -1), one(-1, 1, 2, b=1), rows([-1, 1], [2, 1], [3, 0])]


def gru() -> Idea:
    name = "GRUCell"

    def one(x: float, h: float, b: float = 0) -> dict[str, Any]:
        def new(z: float, r: float, k: float) -> float:
            """The new h for so many biases in each gate and in the candidate."""
            gate, reset = sigma(h + x + z * b), sigma(h + x + r * b)
            return (1 - gate) * h + gate * tanh(reset * h + x + k * b)

        more = " + 1" if b else ""
        gate = sigma(h + x + b)
        counts = [some for some in itertools.product((0, 1, 2), repeat=3) if some != (1, 1, 1)] if b else []
        return example(
            f"one step of {name}(1, 1)",
            [("x", x), ("h", h), ("every weight", 1), ("every bias", b)],
            [
                step("z = r", f"σ(h + x{more})", gate),
                step("h̃", f"tanh(r·h + x{more})", tanh(gate * h + x + b)),
                step("new h", "(1 − z)·h + z·h̃", new(1, 1, 1), []),
            ],
            asks(name, [x], [h], bias=b),
            also=[[new(*some)] for some in counts],
        )

    def units(x: float, h: tuple[float, float]) -> dict[str, Any]:
        a = h[0] + h[1] + x
        r = (sigma(a), sigma(-a))
        candidate = tanh(r[0] * h[0] + r[1] * h[1] + x)
        return example(
            f"one step of {name}(1, 2), where all weights of unit 2 are −1",
            [("x", x), ("h₁, h₂", h), ("every weight of unit 1", 1)],
            [
                step("r₁, r₂", "σ(h₁ + h₂ + x), σ(−h₁ − h₂ − x)", r),
                step("h̃₁", "tanh(r₁·h₁ + r₂·h₂ + x)", candidate),
                step(
                    "new h₁", "(1 − z₁)·h₁ + z₁·h̃₁ with z₁ = r₁", (1 - r[0]) * h[0] + r[0] * candidate, [0, 0]
                ),
            ],
            asks(name, [x], list(h), units=(1, -1)),
        )

    def rows(x: list[float], h: list[float]) -> dict[str, Any]:
        gates = [sigma(m + n) for m, n in zip(x, h, strict=True)]
        new = [(1 - z) * b + z * tanh(z * b + a) for z, a, b in zip(gates, x, h, strict=True)]
        return example(
            f"one step of {name}(1, 1) with two rows",
            [("x", x), ("h", h), *ONES],
            [
                step("z = r", "σ(h + x)", gates),
                step("new h, row 0", "(1 − z)·h + z·tanh(r·h + x)", new[0], [0]),
                step("new h, row 1", "(1 − z)·h + z·tanh(r·h + x)", new[1], [1]),
            ],
            asks(name, x, h),
        )

    return [one(-1, 2), one(1, 1), one(-1, 1, b=1), units(-1, (3, -1)), rows([-1, 1], [2, 1])]


def ideas() -> dict[str, Idea]:
    return {"VanillaRNNCell": vanilla(), "LSTMCell": lstm(), "GRUCell": gru()}
