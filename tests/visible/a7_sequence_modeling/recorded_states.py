"""A loop whose steps are written inside it, held to recorded states of the handout's equations.

Under the symmetric fill (`autograder.checks.fill`) it makes no difference where a loop keeps its weights, nor
which of them belong to which layer: so a few states of each kind and depth, some of them far from the start,
serve all loops. Only a student sees this at home; at the grader's the reference takes its place.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import fill
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.weights import trainable

Array = NDArray[Any]

RECORDED = Path(__file__).with_name("recorded_states.json")
D, H = 7, 5
ROWS, T = 2, 25
STEPS = (0, 1, 4, 24)  # of those in between nothing is recorded
PHIS = fill.PHIS
HINT = "Is the state after a step made of that step's input and the state before it, by the same equations?"

States = Callable[[tuple[float, ...], Array], Array]  # (φ, x (B, T, D)) -> states (B, T, H)


def key(kind: str, layers: int) -> str:
    return f"{kind}, {layers}"


def inputs() -> NDArray[np.float32]:
    return fill.wave(ROWS, T, D, phase=0.3)


def judge(student: Any, draw: Draw, kind: str, layers: int) -> None:
    """Raise `Mismatch` unless the states are the recorded ones."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))[key(kind, layers)]
    for phi, numbers in zip(PHIS, recorded, strict=True):
        compare(student, draw, kind, layers, phi, inputs(), np.array(STEPS), np.array(numbers))


def compare(
    student: Any,
    draw: Draw,
    kind: str,
    layers: int,
    phi: tuple[float, ...],
    x: Array,
    steps: Array,
    want: Array,
) -> None:
    """Raise `Mismatch` unless the states at `steps` are `want`, under one way to fill the weights with φ."""
    loop = student.new("DeepRNN", kind, D, H, num_layers=layers)
    lengths = np.full(len(x), x.shape[1])
    run = functools.partial(student.call, loop, x, lengths)
    _states(run(), x)
    if draw.symmetric:
        return  # the diagnosis has seen one answer; how many more there are depends on the layout
    wrong: Mismatch | None = None
    for filled in fill.fills(trainable(student, loop), D, phi):
        student.load(loop, filled)
        try:
            expect(_states(run(), x)[:, steps], "DeepRNN's hidden states", axes="BTH").to_match(
                want,
                otherwise="{name} are not what the equations give, step after step, with weights of ours.",
                hint=HINT,
            )
            return
        except Mismatch as mismatch:
            wrong = wrong or mismatch
    raise wrong or Mismatch("DeepRNN has no weights.", HINT)


def _states(got: object, x: Array) -> Array:
    shape = (*x.shape[:2], H)
    hiddens, _ = expect(got, "DeepRNN's hidden states", "DeepRNN's last valid state").to_be_shaped(
        shape, (len(x), H)
    )
    return np.asarray(hiddens)
