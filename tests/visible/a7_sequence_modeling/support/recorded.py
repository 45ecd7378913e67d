"""A loop whose steps are written inside it, held to recorded states of the handout's equations.

Under the symmetric fill (`autograder.checks.fill`) it makes no difference where a loop keeps its weights, nor
which of them belong to which layer: so a few states of each kind and depth, some of them far from the start,
serve all loops. Only a student sees this at home; at the grader's the reference takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, expect, fill
from tests.visible.a7_sequence_modeling.support.cells import D, H

Try = TypeVar("Try")

RECORDED = Path(__file__).parents[1] / "recorded_states.json"
ROWS, T = 2, 25
STEPS = (0, 1, 4, 24)  # of those in between nothing is recorded
PHIS = fill.PHIS
HINT = "Is the state after a step made of that step's input and the state before it, by the same equations?"


def one_fits(tries: Iterable[Try], look: Callable[[Try], object]) -> None:
    """Raise the first try's `Mismatch` unless `look` raises none for one of them."""
    wrong: Mismatch | None = None
    for each in tries:
        try:
            look(each)
            return
        except Mismatch as mismatch:
            wrong = wrong or mismatch
    if wrong:
        raise wrong


def key(kind: str, layers: int) -> str:
    return f"{kind}, {layers}"


def inputs() -> Array:
    return fill.wave(ROWS, T, D, phase=0.3)


def judge(student: Student, draw: Draw, kind: str, layers: int) -> None:
    """Raise `Mismatch` unless the states are the recorded ones."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))[key(kind, layers)]
    for phi, numbers in zip(PHIS, recorded, strict=True):
        compare(student, draw, kind, layers, phi, inputs(), np.array(STEPS), np.array(numbers))


def compare(
    student: Student,
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

    def states() -> Array:
        got = loop(x, np.full(len(x), x.shape[1]))
        names = ("DeepRNN's hidden states", "DeepRNN's last valid state")
        hiddens: Array = expect(got, *names).to_be_shaped((*x.shape[:2], H), (len(x), H))[0]
        return hiddens

    def follows(filled: dict[str, Array]) -> None:
        loop.load(filled)
        expect(states()[:, steps], "DeepRNN's hidden states", axes="BTH").to_match(
            want,
            otherwise="{name} are not what the equations give, step after step, with weights of ours.",
            hint=HINT,
        )

    states()
    if not draw.symmetric:  # the diagnosis has seen one answer; how many more depends on the layout
        one_fits(fill.fills(loop.trainable, D, phi), follows)
