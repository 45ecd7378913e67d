"""Losses of language models, by the true cross-entropy and by the student's own lm_loss.

evaluate and the loops may build on lm_loss: what they give is right if it follows from either, so that a
wrong loss costs nothing there. One that depends on nothing is no loss: what follows from it shows nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    Value,
    cross_entropy,
    describe,
    expect,
    loader,
)
from tests.visible.vanishing_gradients.support.models import V, logits_in

Batch: TypeAlias = tuple[Array, Array]  # inputs x (B, T) and targets y (B, T)
Slope: TypeAlias = Callable[[Array, Array], tuple[float, Array]]  # (logits, y) -> mean loss, its gradient


class Rows(NamedTuple):
    """Inputs (N, T) and targets (N, T), in batches of `size` in this order."""

    x: Array
    y: Array
    size: int

    @property
    def batches(self) -> list[Batch]:
        starts = range(0, len(self.x), self.size)
        return [(self.x[i : i + self.size], self.y[i : i + self.size]) for i in starts]

    def loader(self, student: Student) -> Thing:
        """A DataLoader of torch's over them."""
        made: Thing = loader(student, (self.x, self.y), self.size)
        return made


def logits_of(model: Thing, x: Array, *, train: bool = False, seed: int = 0) -> Array:
    """What a model returns for x, (B, T, V)."""
    got = model(x, train=train, seed=seed)
    logits: Array = expect(logits_in(got), f"{model.name}'s logits", axes="BTW").to_be_shaped(
        (*x.shape[:2], V)
    )
    return logits


def own_loss(student: Student, logits: Array, targets: Array, **options: Value) -> float:
    """What lm_loss returns, as a number; it has to be a tensor."""
    got = student.call("lm_loss", logits, targets, **options)
    if not isinstance(got, np.ndarray):
        raise Mismatch(
            f"lm_loss was to return a tensor that can be differentiated; got {describe(got)}.",
            "On what can backward() be called?",
        )
    return expect(got, "lm_loss").to_be_number()


def mean_losses(student: Student, model: Thing, rows: Rows, pad: int = 0) -> Iterator[float]:
    """The token-weighted mean of the true losses, then of the student's own."""
    yield float(np.concatenate([true_losses(model, batch, pad) for batch in rows.batches]).mean())
    if not _is_a_loss(student):
        return
    for reduction in ("sum", "mean"):
        total, counted = 0.0, 0
        for x, y in rows.batches:
            count = int((y != pad).sum())
            logits = logits_of(model, x)
            try:
                own = own_loss(student, logits, y, ignore_index=pad, reduction=reduction)
            except (Mismatch, StudentFailure):
                return
            total += own * (count if reduction == "mean" else 1)
            counted += count
        yield total / max(1, counted)


def true_losses(model: Thing, batch: Batch, pad: int) -> Array:
    """The true loss of each target that counts."""
    x, y = batch
    losses, _ = cross_entropy(logits_of(model, x).astype(np.float64), y)
    counted: Array = losses[y != pad]
    return counted


def slopes(student: Student) -> Iterator[Slope]:
    """The true mean loss, then the student's own where it is another one."""
    yield _true
    if not is_right(student) and _is_a_loss(student):
        yield functools.partial(_own, student)


def is_right(student: Student) -> bool:
    """Whether the student's lm_loss is the true one, with padding and without."""
    logits = Draw(2).normal(3, 4, V)
    for lengths in ([4, 2, 3], [4, 4, 4]):
        targets = Draw(3).tokens(lengths, V)
        try:
            value, slope = _own(student, logits, targets)
        except (Mismatch, StudentFailure):
            return False
        right, wanted = _true(logits, targets)
        if abs(value - right) > 1e-4 or not np.allclose(slope, wanted, atol=1e-5):
            return False
    return True


def _is_a_loss(student: Student) -> bool:
    """Whether the student's lm_loss depends on the logits, in value and gradient."""
    targets = Draw(3).tokens([4, 4, 4], V)
    try:
        (one, slope), (other, _) = (_own(student, Draw(seed).normal(3, 4, V), targets) for seed in (4, 5))
    except (Mismatch, StudentFailure):
        return False
    return bool(np.any(slope)) and abs(one - other) > 1e-6


def _true(logits: Array, targets: Array) -> tuple[float, Array]:
    each, slope = cross_entropy(logits.astype(np.float64), targets)
    real = targets != 0
    return float(each[real].mean()), slope * real[..., None] / real.sum()


def _own(student: Student, logits: Array, targets: Array) -> tuple[float, Array]:
    value = expect(student.call("lm_loss", logits, targets), "lm_loss").to_be_number()
    found = student.gradients("lm_loss", logits, targets, pull=np.ones((), np.float32)).inputs
    slope = expect(found[0] if found else None, "The gradient of lm_loss").to_be_shaped(logits.shape)
    return value, slope
