"""Which model a function is judged with, so that only what the function itself does costs or earns points.

A model that does not work gives way to the student's other one, and both to one of the grader's. A model that
is random in train mode hides what a loop does: it is held in eval mode. One whose weights are computed from
others hides it, too: one layer of torch's, whose states are logits, takes its place.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograder.checks import CannotJudge, Draw, Mismatch, Student, StudentFailure, StudentRaised
from tests.visible.vanishing_gradients import test_models
from tests.visible.vanishing_gradients.support.loops import TRAIN_RNN, Trainer, train_logs
from tests.visible.vanishing_gradients.support.losses import logits_of
from tests.visible.vanishing_gradients.support.models import LSTM, RNN, Kind, Model, V

STILL = Path(__file__).with_name("still_models.py")
GRADERS = Path(__file__).with_name("graders_models.py")
Check: TypeAlias = Callable[..., None]  # (student, draw, trainer), with an option `trainer`


def sound_model(student: Student, first: Kind = RNN) -> Kind:
    """The kind of model to judge with: `first`, unless that does not work; the grader's if none does."""
    for kind in (first, LSTM if first is RNN else RNN):
        if _works(student, kind):
            return kind
    return _of_the_grader(student, first)


def _works(student: Student, kind: Kind) -> bool:
    """Whether the student's model can be run, and trained."""
    try:
        Model(student, Draw(5), kind)(Draw(6).tokens([5, 5, 5], V))
        test_models.test_rnn_learns_with_all_its_weights(student, Draw(7), kind)
    except (Mismatch, StudentFailure):
        return False
    return True


def _of_the_grader(student: Student, kind: Kind) -> Kind:
    """A model of the grader's in the place of the student's."""
    names = [f"Graders{each.name}" for each in (RNN, LSTM)]
    student.provide("models_of_the_grader", GRADERS.read_text(encoding="utf-8"), names)
    return kind._replace(name=f"Graders{kind.name}")


def on_a_sound_model(check: Check) -> Check:
    """Give a check another model where the student's own does not work, which must cost nothing here."""

    @functools.wraps(check)
    def judged(student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN, **more: Any) -> None:
        try:
            check(student, draw, trainer=trainer, **more)
        except (Mismatch, StudentFailure) as failure:
            other = sound_model(student, trainer.kind)
            if other is trainer.kind:
                raise
            with _or_else(failure, other):
                check(student, draw.child("again"), trainer=trainer._replace(kind=other), **more)

    return judged


def on_a_sound_model_of_its_kind(check: Check) -> Check:
    """The same for a check `(student, draw, kind)` that is about one of the two models only."""

    @functools.wraps(check)
    def judged(student: Student, draw: Draw, kind: Kind = RNN) -> None:
        try:
            check(student, draw, kind=kind)
        except (Mismatch, StudentFailure) as failure:
            if _works(student, kind):
                raise
            other = _of_the_grader(student, kind)
            with _or_else(failure, other):
                check(student, draw.child("again"), kind=other)

    return judged


@contextlib.contextmanager
def _or_else(failure: Mismatch | StudentFailure, kind: Kind) -> Iterator[None]:
    """Raise the first failure where code does not run with a model of the grader's, but wants its own."""
    try:
        yield
    except StudentRaised:
        if kind.name in (RNN.name, LSTM.name):
            raise
        raise failure from None


def on_a_plain_model(check: Check) -> Check:
    """Give a check a plain model where the loop's own hides what the loop does, which must earn nothing.

    The loop must run with its own model all the same.
    """

    @functools.wraps(check)
    def judged(student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN) -> None:
        if _is_plain(student, trainer):
            check(student, draw, trainer=trainer)
            return
        kind, data = trainer.kind, trainer.data(draw)
        got = trainer(student, trainer.model(student, draw), data, 1, 0.0)
        still = trainer._replace(kind=_held_still(student, kind))
        layer = trainer._replace(kind=kind._replace(name=kind.layer))
        said = ""
        for other in (still, layer) if _is_plain(student, still) else (layer,):
            try:
                check(student, draw.child(other.kind.name), trainer=other)
            except StudentRaised as error:
                said = error.sentence
            else:
                return
        train_logs(trainer, got, len(data.train.batches))
        raise CannotJudge(
            f"{trainer.name} runs with a {kind.name} only, which is random or computes its weights from "
            f"others; with {kind.layer} it raised {said}"
        )

    return judged


def _is_plain(student: Student, trainer: Trainer) -> bool:
    """Whether train mode makes no difference, and an optimiser changes the very numbers that compute."""
    model, tokens = trainer.model(student, Draw(1)), Draw(8).tokens([6] * 4, V)
    still = logits_of(model, tokens)
    moving = [logits_of(model, tokens, train=True, seed=seed) for seed in (3, 4)]
    return model.weights.plain and all(np.array_equal(still, each) for each in moving)


def _held_still(student: Student, kind: Kind) -> Kind:
    """The student's own model, which stays in eval mode."""
    names = [f"Still{each.name}" for each in (RNN, LSTM)]
    student.provide("still_models_of_the_grader", STILL.read_text(encoding="utf-8"), names)
    return kind._replace(name=f"Still{kind.name}")
