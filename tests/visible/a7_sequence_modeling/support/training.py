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
    CannotJudge,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    cross_entropy,
    describe,
    expect,
    loader,
)
from tests.visible.a7_sequence_modeling.support import loops, over_linear_cells
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_learns_with_all_its_weights as learns,
)
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_passes_gradients_on as passes_gradients_on,
)

V, H, C = 12, 32, 3
RATES = (0.004, 0.006, 0.013, 0.015)  # none of them is written into a loop


class Sentences(NamedTuple):
    """tokens (N, T) padded with 0, lengths (N,), authors (N,)."""

    tokens: Array
    lengths: Array
    authors: Array

    def batches(self, size: int) -> list[Sentences]:
        return [Sentences(*(part[i : i + size] for part in self)) for i in range(0, len(self.tokens), size)]


OWN, LINEAR, STILL_LINEAR, STILL, PLAIN = "AuthorClassifier", *over_linear_cells.NAMES[1:]
TRAINABLE = (*loops.SOUND, learns, passes_gradients_on)


def with_a_trainable_cell(body: Callable[..., None]) -> Callable[..., None]:
    """For bodies `(student, draw, name, …)`: when one fails with the student's AuthorClassifier, whose cell
    cannot be trained, it is judged by theirs over linear cells.
    """

    @functools.wraps(body)
    def judged(student: Student, draw: Draw, **options: Any) -> None:
        over_linear_cells.provide(student)
        try:
            body(student, draw, OWN, **options)
        except (Mismatch, StudentFailure):
            if loops.is_sound(student, draw, "rnn", TRAINABLE):
                raise
            body(student, draw.child("again"), LINEAR, **options)

    return judged


def few(draw: Draw) -> Sentences:
    """Eleven sentences: in batches of four the last is smaller."""
    lengths = draw.integers(2, 8, 11)
    return Sentences(draw.tokens(list(lengths), V, columns=7), lengths, draw.order(11) % C)


def classifier(student: Student, name: str, seed: int) -> Thing:
    """One for C authors, which is the default."""
    return student.new(name, V, H, seed=seed)


def logits(model: Thing, data: Sentences) -> Array:
    """What a classifier says of these sentences: (N, C)."""
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


def training_follows_adam(student: Student, draw: Draw) -> None:
    """Two epochs against the same two done by the grader: losses, and what the model says afterwards.

    The model is the student's own over linear cells, and computes in training mode what it computes in
    evaluation mode: so nothing random has a say in its steps.
    """
    over_linear_cells.provide(student)
    data, size = few(draw), 4
    name = _steppable(student, data)
    trained, copy = (classifier(student, name, seed=7) for _ in range(2))
    lr = RATES[int(draw.integers(0, len(RATES)))]
    start = {weight: np.float32(0.3) * w for weight, w in trained.trainable.items()}
    for model in (trained, copy):  # small gradients: a student's usual clipping leaves them as they are
        model.load(start)
    adam, by_row, by_batch = Adam(student, copy, lr), [], []
    for _ in range(2):
        losses = []
        for batch in data.batches(size):
            loss, slope = cross_entropy(logits(copy, batch), batch.authors)
            pull = (slope / len(slope)).astype(np.float32)
            adam.step(copy.gradients(batch.tokens, batch.lengths, pull=pull).weights)
            losses.append(loss)
        by_row.append(float(np.concatenate(losses).mean()))
        by_batch.append(float(np.mean([loss.mean() for loss in losses])))
    try:
        history = train(student, trained, loader(student, data, size), 2, lr)
    except StudentFailure as failure:
        if name != PLAIN:
            raise
        own = classifier(student, OWN, seed=7)  # what fails with this one, too, is wrong
        logits(own, data)
        train(student, own, loader(student, data, size), 2, lr)
        raise CannotJudge(
            "Whether train_classifier takes Adam's steps cannot be seen: the weights of AuthorClassifier are "
            f"not plain, and with another model it stops ({failure})."
        ) from None
    if not any(np.allclose(history[:1], want[:1], atol=5e-4) for want in (by_row, by_batch)):
        raise Mismatch(
            "The loss of the first epoch is not the mean loss of its batches, each taken before its step.",
            "Do all batches and all authors count, does every epoch start its mean anew, and does Adam step "
            "with the given lr after every batch?",
        )
    same = np.allclose(logits(trained, data), logits(copy, data), atol=5e-3)
    if not same or not any(np.allclose(history, want, atol=5e-4) for want in (by_row, by_batch)):
        raise Mismatch(
            "After two epochs the model, or its mean loss, is not where Adam with the given lr would have "
            "led.",
            "In which order come zero_grad, backward and step, how many optimisers do you make, and does the "
            "mean of the second epoch start anew?",
        )


def _steppable(student: Student, data: Sentences) -> str:
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


@with_a_trainable_cell
def training_lowers_the_loss(student: Student, draw: Draw, name: str) -> None:
    data = few(draw)
    model = classifier(student, name, seed=3)
    history = train(student, model, loader(student, data, 4), 12, 0.02)
    if not history[-1] < 0.7 * history[0]:
        raise Mismatch(
            "The training loss hardly falls in twelve epochs on eleven sentences.",
            "Does every batch go through zero_grad, backward and step?",
        )
    for loss, what in ((history[0], "first"), (history[-1], "last")):
        if not 0 < loss < 3:
            raise Mismatch(
                f"The loss of the {what} epoch cannot be a mean cross-entropy of three authors.",
                "By how many sentences or batches do you divide?",
            )


@with_a_trainable_cell
def accuracy_counts(student: Student, draw: Draw, name: str) -> None:
    """Seven of eleven right, in batches of four: no mean over batches gives that."""
    data = few(draw)
    model = classifier(student, name, seed=5)
    model.load({n: 3 * w for n, w in model.trainable.items()})
    best = logits(model, data).argmax(1)
    authors = np.where(np.arange(11) < 7, best, (best + 1) % C)
    for wanted, share in ((authors, 7 / 11), (best, 1.0)):
        model(data.tokens, data.lengths, train=True)
        got = student.call("accuracy", model, loader(student, data._replace(authors=wanted), 4))
        expect(got, "accuracy").to_be_number(
            share,
            otherwise="{name} is not the fraction of sentences whose author gets the highest score.",
            hint="Which axis holds one sentence's scores, do they depend on its batch, and do all sentences "
            "count?",
            tolerance=1e-5,
        )
