"""Training by the student's train_classifier, whose models the grader measures itself.

A classifier that learns nothing because its cell cannot be trained is no mistake of the training: then it is
judged with linear cells of the grader's inside.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import (
    Adam,
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    cross_entropy,
    describe,
    expect,
)
from tests.visible.a7_sequence_modeling.support import loops, over_linear_cells
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_learns_with_all_its_weights as learns,
)
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_passes_gradients_on as passes_gradients_on,
)

V, H, C = 12, 32, 3
OWN, LINEAR, STILL_LINEAR, STILL, PLAIN = "AuthorClassifier", *over_linear_cells.NAMES[1:]
TRAINABLE = (*loops.SOUND, learns, passes_gradients_on)


class Sentences(NamedTuple):
    """tokens (N, T) padded with 0, lengths (N,), authors (N,)."""

    tokens: Array
    lengths: Array
    authors: Array

    def batches(self, size: int) -> list[Sentences]:
        return [Sentences(*(part[i : i + size] for part in self)) for i in range(0, len(self.tokens), size)]


def with_a_trainable_cell(check: Callable[..., None]) -> Callable[..., None]:
    """For checks `(student, draw, …, name)`: when one fails with the student's AuthorClassifier, whose cell
    cannot be trained, it is judged by theirs over linear cells.
    """

    @functools.wraps(check)
    def judged(student: Student, draw: Draw, **options: Any) -> None:
        over_linear_cells.provide(student)
        try:
            check(student, draw, **options)
        except (Mismatch, StudentFailure):
            if loops.is_sound(student, draw, "rnn", TRAINABLE):
                raise
            check(student, draw.child("again"), name=LINEAR, **options)

    return judged


def few(draw: Draw, rows: int = 11) -> Sentences:
    """Eleven sentences, or as many as are asked for: in batches of four the last is smaller."""
    lengths = draw.integers(2, 8, rows)
    return Sentences(draw.tokens(list(lengths), V, columns=7), lengths, draw.order(rows) % C)


def classifier(student: Student, name: str, seed: int) -> Thing:
    """One for C authors, which is the default."""
    return student.new(name, V, H, seed=seed)


def logits(model: Thing, data: Sentences, size: int = 0) -> Array:
    """What a classifier says of these sentences, (N, C): of all together, or of so many at a time.

    Then it says what it says to a loop that meets such batches, even where it is wrong about others.
    """
    if size:
        return np.concatenate([logits(model, batch) for batch in data.batches(size)])
    got = model(data.tokens, data.lengths)
    clean: Array = expect(got, "The logits", axes="BC").to_be_shaped((len(data.tokens), C))
    return clean


def train(student: Student, model: Thing, data: Thing, epochs: int, lr: float, seed: int = 0) -> list[float]:
    """The losses that train_classifier returns."""
    got = student.call("train_classifier", model, data, epochs, lr, grad=True, seed=seed)
    if not isinstance(got, (list, tuple)) or len(got) != epochs:
        raise Mismatch(
            f"train_classifier was to return one loss for each of {epochs} epochs; got {describe(got)}.",
            "How often do you append to the list of losses, and do you return that list?",
        )
    if any(isinstance(loss, np.ndarray) for loss in got):
        raise Mismatch(
            "The losses are tensors; plain numbers were wanted.", "What type has each entry of the list?"
        )
    return [expect(loss, "The loss of an epoch").to_be_number() for loss in got]


def losses_of_adam(
    student: Student, model: Thing, data: Sentences, size: int, lr: float
) -> tuple[list[float], list[float]]:
    """The losses of two epochs by the grader's own steps: as means over all rows, and over all batches."""
    adam, by_row, by_batch = Adam(student, model, lr), [], []
    for _ in range(2):
        losses = []
        for batch in data.batches(size):
            loss, slope = cross_entropy(logits(model, batch), batch.authors)
            pull = (slope / len(slope)).astype(np.float32)
            adam.step(model.gradients(batch.tokens, batch.lengths, pull=pull).weights)
            losses.append(loss)
        by_row.append(float(np.concatenate(losses).mean()))
        by_batch.append(float(np.mean([loss.mean() for loss in losses])))
    return by_row, by_batch


def steppable(student: Student, data: Sentences) -> str:
    """The model whose steps can be followed: the student's own, unless it does not run so, or an optimiser
    moves other numbers than those that it computes with (parametrised weights); else one of the grader's.
    """
    for name in (STILL_LINEAR, STILL):
        try:
            model = classifier(student, name, seed=7)
            logits(model, data)
            if model.weights.plain:
                return name
        except (Mismatch, StudentFailure):
            continue
    return PLAIN
