"""A student's author classifier, over linear cells of the grader's and over the student's own."""

from __future__ import annotations

import numpy as np

from autograder.checks import Array, Draw, Student, expect
from tests.visible.a7_sequence_modeling.support import over_linear_cells
from tests.visible.a7_sequence_modeling.support.cells import H
from tests.visible.a7_sequence_modeling.support.loops import LinearLoop, Loop, NoCells

V, C = 11, 3


class Classifier:
    """A student's AuthorClassifier with random weights."""

    made_by = "AuthorClassifier"
    loop: type[Loop] = Loop
    cells: frozenset[str] = frozenset()  # of the grader's inside

    def __init__(
        self,
        student: Student,
        draw: Draw,
        kind: str = "rnn",
        layers: int = 1,
        scale: float = 0.5,
        classes: int | None = None,
    ) -> None:
        self.classes = classes or C
        more = {"num_classes": classes} if classes else {}
        self.thing = student.new(self.made_by, V, H, cell=kind, num_layers=layers, **more)
        self(draw.tokens([3, 2], V), np.array([3, 2]))
        self.thing.randomised(draw, scale)
        self._prepare(draw)

    def _prepare(self, draw: Draw) -> None:
        """Nothing more, over the student's own cells."""

    def __call__(self, tokens: Array, lengths: Array) -> Array:
        """The logits (B, C)."""
        shape = (len(tokens), self.classes)
        got = self.thing(tokens, lengths)
        logits: Array = expect(got, "AuthorClassifier's logits", axes="BC").to_be_shaped(shape)
        return logits


class LinearClassifier(Classifier):
    """With linear cells of the grader's inside, whose states neither vanish nor grow. Raises NoCells."""

    made_by = "LinearAuthorClassifier"
    loop = LinearLoop

    def _prepare(self, draw: Draw) -> None:
        inside = over_linear_cells.cells_inside(self.thing.weights)
        if not inside:
            raise NoCells
        self.cells = frozenset(cell for cell, _ in inside)
        for cell, prefix in inside:
            self.thing.load(over_linear_cells.drawn(cell, prefix, H, H, draw).weights)
