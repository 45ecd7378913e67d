"""What the loop of the autoregressive model is judged with: batches, and what their losses may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from typing import NamedTuple

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    Value,
    again_and_again,
    as_numbers,
    as_parts,
    cross_entropy,
    expect,
)
from tests.visible.a3b_recurrent_networks.support.training import (
    EXACT,
    NOTHING_MOVED,
    TRIES,
    Batches,
    ByName,
    V,
    filled,
    first_that_serves,
    over_models,
)

APPENDED = "Is every batch visited, and where do you append to the list?"


class Reading(NamedTuple):
    """One accepted reading of loss and gradient. `losses` and `slopes` (by the logits), one per batch."""

    losses: list[float]
    slopes: list[Array]


def over_language_models(student: Student, draw: Draw, body: Callable[[Thing, Draw], None]) -> None:
    """`over_models` from tokens to the scores of the next ones."""
    own = partial(first_that_serves, names=("CharLSTM",), sizes=(4, 5), columns=V)
    over_models(student, draw, own, next_token_model, body)


def next_token_model(student: Student, draw: Draw) -> Thing:
    """A model from tokens (B, T) to logits (B, T, V), of three tensors of weights."""
    parts = student.new("torch.nn.Embedding", V, 4), student.new("torch.nn.Linear", 4, V)
    model = student.new("torch.nn.Sequential", *parts)
    model.load({name: draw.normal(*w.shape, scale=0.6) for name, w in model.trainable.items()})
    return model


def sentences(draw: Draw, count: int, pad: int = 0) -> Batches:
    """Batches of three rows between a start and an end, all of different widths, two rows of each padded."""
    return [
        (draw.tokens([width, width - 1, width - 2], V, pad=pad), np.arange(3 * number, 3 * number + 3))
        for number, width in enumerate(range(4, 4 + count))
    ]


def epoch_of_tokens(
    student: Student, model: Thing, optimizer: Thing, batches: Batches, pad: int, seed: int = 0, **clip: Value
) -> Value:
    """What one epoch of training returns, whatever that is."""
    return student.call(
        "train_autoregressive_epoch", model, batches, optimizer, pad, grad=True, seed=seed, **clip
    )


def losses_and_norms(got: Value, count: int) -> tuple[list[float], list[float]]:
    """(losses, gradient norms), one of each per batch."""
    losses, norms = as_parts(got, "train_autoregressive_epoch's (losses, gradient_norms)", 2)
    if isinstance(losses, (list, tuple)) and any(isinstance(loss, np.ndarray) for loss in losses):
        raise Mismatch(
            "The losses are tensors; plain numbers were wanted.",
            "Do you need the graph of every past step, and what does loss.item() give?",
        )
    return (
        as_numbers(losses, "The list of losses", length=count, hint=APPENDED),
        as_numbers(norms, "The list of gradient norms", length=count, hint=APPENDED),
    )


def losses_alone(got: Value, count: int) -> list[float]:
    """The losses of an epoch, also where the norms beside them are wrong or missing."""
    pair = isinstance(got, (list, tuple)) and len(got) == 2 and isinstance(got[0], (list, tuple, np.ndarray))
    return as_numbers(got[0] if pair else got, "The list of losses", length=count, hint=APPENDED)


def readings(student: Student, model: Thing, batches: Batches, pad: int) -> Iterator[Reading]:
    """What the loss of each batch may be, and its gradient by the logits.

    By the readings of the handout first, then by the student's own token_loss and shift_targets, since what
    is wrong with these costs its own checks.
    """
    logits = [_logits(model, tokens) for tokens, _ in batches]
    yield from _of_the_handout(logits, batches, pad)
    yield from _of_the_student(student, logits, batches, pad)


def _logits(model: Thing, tokens: Array) -> Array:
    clean: Array = expect(model(tokens), "The logits").to_be_shaped((*tokens.shape, V))
    return clean


def _next_tokens(tokens: Array, pad: int) -> Array:
    return np.hstack([tokens[:, 1:], np.full_like(tokens[:, :1], pad)])


def _of_the_handout(logits: list[Array], batches: Batches, pad: int) -> list[Reading]:
    """Padding left out or counted, to the last column or the one before, divided before backward or after."""
    kinds: list[Reading] = []
    for keep in ("real", "all", "all but the last"):
        losses, slopes, sums = [], [], []
        for scores, (tokens, _) in zip(logits, batches, strict=True):
            targets = _next_tokens(tokens, pad)
            counted = targets != pad if keep == "real" else np.ones(targets.shape, bool)
            if keep == "all but the last":
                counted[:, -1] = False
            each, slope = cross_entropy(scores.astype(np.float64), targets)
            number = counted.sum()
            losses.append(float((each * counted).sum() / number))
            slopes.append(slope * counted[..., None] / number)
            sums.append(slope * counted[..., None])
        kinds += [Reading(losses, slopes), Reading(losses, sums)]
    return kinds


def _of_the_student(student: Student, logits: list[Array], batches: Batches, pad: int) -> Iterator[Reading]:
    """The student's token_loss of the student's shift_targets, and of right targets; none where none runs."""
    for shift in (True, False):
        losses, slopes = [], []
        try:
            for scores, (tokens, _) in zip(logits, batches, strict=True):
                targets = student.call("shift_targets", tokens, pad) if shift else _next_tokens(tokens, pad)
                loss = student.call("token_loss", scores, targets, pad)
                losses.append(expect(loss, "token_loss").to_be_number())
                pull = student.gradients("token_loss", scores, targets, pad, pull=np.ones((), np.float32))
                given = pull.inputs[0] if pull.inputs else None
                slopes.append(expect(given, "The gradient").to_be_shaped(scores.shape))
        except (Mismatch, StudentFailure):
            continue  # what is wrong there costs its own checks
        yield Reading(losses, slopes)


def by_weights(model: Thing, batches: Batches, slopes: list[Array]) -> list[dict[str, Array]]:
    """The gradients by the weights, batch for batch, of losses with these slopes by the logits."""
    weights = model.trainable
    return [
        filled(model.gradients(tokens, pull=slope.astype(np.float32)).weights, weights)
        for (tokens, _), slope in zip(batches, slopes, strict=True)
    ]


def norm(slopes: ByName) -> float:
    """Of all gradients together."""
    return float(np.sqrt(sum((g**2).sum() for g in slopes.values())))


def same(got: Sequence[float], want: Sequence[float], tolerance: float = EXACT) -> bool:
    """Whether losses, or norms, agree one by one."""
    return len(got) == len(want) and bool(np.allclose(got, want, rtol=tolerance, atol=tolerance))


def with_losses_apart(draw: Draw, model: Thing, pad: int) -> Batches:
    """Seven batches by whose losses their order can be told, however padding is counted."""
    for number in range(TRIES):
        batches = sentences(draw.child(f"batches {number}"), 7, pad)
        logits = [_logits(model, tokens) for tokens, _ in batches]
        found = [reading.losses for reading in _of_the_handout(logits, batches, pad)]
        if all(np.diff(np.sort(losses)).min() > 4 * EXACT for losses in found):
            break
    return batches


def is_step(moved: ByName, slope: ByName, clip: float) -> bool:
    """Whether weights moved by a step of 0.1, clipped by the norm of all gradients, or number by number."""
    share = min(1.0, clip / (norm(slope) + 1e-6))
    by_norm = {name: -0.1 * share * g for name, g in slope.items()}
    by_value = {name: -0.1 * np.clip(g, -clip, clip) for name, g in slope.items()}
    return any(
        all(np.abs(moved[name] - step[name]).max() < 2e-5 for name in moved) for step in (by_norm, by_value)
    )


def record_losses_and_norms(student: Student, model: Thing, draw: Draw, pad: int) -> None:
    """With a learning rate of 0, in the order of the visit."""
    batches = with_losses_apart(draw, model, pad)
    still = student.new("torch.optim.SGD", model, lr=0.0)
    got = epoch_of_tokens(student, model, still, batches, pad, clip=0.05)
    losses, norms = losses_and_norms(got, len(batches))
    right = False
    for reading in readings(student, model, batches, pad):
        if not same(sorted(losses), sorted(reading.losses)):
            continue
        right = True
        want = [norm(g) for g in by_weights(model, batches, reading.slopes)]
        order = np.argsort(reading.losses)
        if same([norms[i] for i in np.argsort(losses)], [want[i] for i in order], 1e-3):
            return
    if not right:
        raise Mismatch(
            "With a learning rate of 0, the losses are not the cross-entropy per token of each batch.",
            "Is each target the next token, does the optimizer that is passed step, and which list comes "
            "first?",
        )
    if max(norms) <= 0.05 * 1.01:
        raise Mismatch(
            "The gradient norms are those after clipping, or there is no gradient when they are measured.",
            "What does clip_grad_norm_ return, and after which call is there a gradient?",
        )
    raise Mismatch(
        "The gradient norms are not those of all gradients of one batch together.",
        "How do the lengths of several vectors combine, and what was in .grad before backward()?",
    )


def every_loss_is_recorded(student: Student, model: Thing, draw: Draw) -> None:
    """Of many batches, of one row each, with a learning rate of 0; of one batch, also with another rate."""
    rows = [(t[i : i + 1], k[i : i + 1]) for t, k in sentences(draw, 3) for i in range(3)]
    for times in again_and_again(draw):
        _records(
            student,
            model,
            rows,
            times,
            0.0,
            f"With {times * len(rows)} batches of one row, the losses are not the cross-entropy per token of "
            "each.",
            "Does your loop visit every batch, however many there are and however small?",
        )
        _records(
            student,
            model,
            sentences(draw, 1),
            1,
            0.5,
            "With a learning rate that is not 0, the recorded loss is not that of the scores before the "
            "step.",
            "Which scores does backward() start from, and do you record the loss of these?",
        )


def _records(
    student: Student, model: Thing, batches: Batches, times: int, lr: float, otherwise: str, hint: str
) -> None:
    """Raise Mismatch unless an epoch over so many times these batches has the losses of its start."""
    start, descent = model.trainable, student.new("torch.optim.SGD", model, lr=lr)
    got = epoch_of_tokens(student, model, descent, batches * times, 0)
    model.load(start)
    losses = sorted(losses_and_norms(got, len(batches) * times)[0])
    found = readings(student, model, batches, 0)
    if not any(same(losses, sorted(reading.losses * times)) for reading in found):
        raise Mismatch(otherwise, hint)


def every_batch_is_a_step(student: Student, model: Thing, draw: Draw) -> None:
    """Three steps on one batch that comes three times, so that its order is known; hardly clipped."""
    start, batches = model.trainable, sentences(draw, 1)
    descent = student.new("torch.optim.SGD", model, lr=0.1)
    epoch_of_tokens(student, model, descent, batches * 3, 0, clip=50.0)
    got = model.trainable

    def stepped(which: int) -> dict[str, Array] | None:
        model.load(start)
        for _ in range(3):
            reading = next(islice(readings(student, model, batches, 0), which, None), None)
            if reading is None:
                return None
            [slope] = by_weights(model, batches, reading.slopes)
            model.load(
                {name: (w - 0.1 * slope[name]).astype(np.float32) for name, w in model.trainable.items()}
            )
        return dict(model.trainable)

    for which in count():
        want = stepped(which)
        if want is None:
            model.load(start)
            raise Mismatch(
                "After three batches the weights are not where three steps bring them.",
                "How often, and in which order, do zero_grad, backward, clipping and step come?",
            )
        if max(np.abs(got[name] - w).max() for name, w in want.items()) < 1e-4:
            model.load(start)
            return


def name_the_step(moved: ByName, slopes: list[dict[str, Array]]) -> None:
    """Raise Mismatch for a step that is wrong, by what it is."""
    if all(np.abs(m).max() < 1e-7 for m in moved.values()):
        raise Mismatch(*NOTHING_MOVED)
    if any(is_step(moved, slope, np.inf) for slope in slopes):
        raise Mismatch(
            "When the optimizer steps, the gradients are not clipped to a norm of `clip`.",
            "Which call uses the gradients, are there any when you clip, and to which norm?",
        )
    raise Mismatch(
        "After one batch the weights are not where a step with clipped gradients brings them.",
        "Which loss do you call backward on, what is done to its gradients, and how often does which "
        "optimizer step?",
    )


def every_step_starts_anew(student: Student, model: Thing, draw: Draw) -> None:
    """Twenty epochs of Adam on three batches: the loss falls when each step is its own batch's.

    The grader measures it, by all readings of a loss per token; one of them is what is trained on.
    """
    batches = sentences(draw, 3)
    adam = student.new("torch.optim.Adam", model, lr=0.05)

    def measured() -> list[float]:
        return [float(np.mean(each.losses)) for each in readings(student, model, batches, 0)]

    first = measured()
    for seed in range(20):
        epoch_of_tokens(student, model, adam, batches, 0, seed)
    if not any(last < 0.8 * loss for last, loss in zip(measured(), first, strict=False)):
        raise Mismatch(
            "The loss per token hardly falls in twenty epochs on nine ",
            "Does every batch go through zero_grad, backward, clipping and step, and does the loss count "
            "every token?",
        )
