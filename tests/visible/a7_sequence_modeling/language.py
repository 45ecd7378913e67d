"""Checks of what a language model is trained on, and by: its pairs of inputs and targets, and its loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.weights import is_slope
from tests.visible.a7_sequence_modeling.texts import EOS, PAD, SOS, text, usable_vocabulary

Array = NDArray[Any]
V = 13
LINKED = "Is the loss one torch expression of the scores, with no .item(), .detach() or numpy in between?"


def pairs(student: Any, draw: Draw, length: int = 40, default: bool = False) -> None:
    """<SOS> in front, <EOS> behind, shifted by one, and the chunks glued together are the text."""
    for rest in (0, 7, length - 1):
        line = text(draw, 4 * length + min(rest, length - 1))
        vocab = usable_vocabulary(student, [line])
        got = student.call("language_model_pairs", line, vocab, **({} if default else {"length": length}))
        rows = 4
        if isinstance(got, (tuple, list)) and got and isinstance(got[0], np.ndarray) and rest:
            rows = 5 if got[0].shape[:1] == (5,) else 4  # the rest of the text, padded
        try:
            inputs, targets = expect(got, "inputs", "targets", axes="BT").to_be_shaped(
                (rows, length + 1), (rows, length + 1), dtype="int64"
            )
        except Mismatch as wrong:
            hint = (
                "What type of number does an embedding look up?"
                if "dtype" in wrong.message
                else f"With length={length}, how many characters has a chunk, which token joins them, and "
                "how many chunks are there?"
            )
            raise Mismatch(wrong.message, wrong.hint or hint, wrong.got) from None
        ids = np.array([vocab[character] for character in line])
        _check_pairs(inputs[:4], targets[:4], ids[: 4 * length], vocab)
        if rows == 5:
            used = len(ids) - 4 * length
            _check_pairs(inputs[4:, : used + 1], targets[4:, : used + 1], ids[4 * length :], vocab)
            if (targets[4, used + 1 :] != vocab[PAD]).any():
                raise Mismatch("Behind the <EOS> of the last targets there is more than <PAD>.")


def _check_pairs(inputs: Array, targets: Array, ids: Array, vocab: dict[str, int]) -> None:
    if (inputs[:, 0] != vocab[SOS]).any():
        raise Mismatch("Not every input begins with <SOS>.", "What does the model read before it guesses?")
    if (targets[:, -1] != vocab[EOS]).any():
        raise Mismatch("Not every target ends in <EOS>.", "What comes after the last character of a chunk?")
    if (inputs[:, 1:] != targets[:, :-1]).any():
        raise Mismatch(
            "The targets are not the inputs, shifted by one step.",
            "Is the target of a step the character that the next step reads?",
        )
    if not np.array_equal(targets[:, :-1].ravel(), ids):
        raise Mismatch(
            "The chunks are not the text, one after the other.",
            "Glue the chunks together again: do you get the text?",
        )


def loss_properties(student: Any, draw: Draw) -> None:
    """What the mean over real tokens cannot but do; no reference is needed."""
    targets = draw.tokens([3, 6, 1, 4], V, columns=7)
    targets[1, 2] = 2
    real = targets != 0
    logits = draw.normal(4, 7, V, scale=2.0)
    loss = _loss(student, logits, targets)
    hint = "By how many targets do you divide, which do you count, and what sign has a loss?"
    expect(_loss(student, 0 * logits, targets), "token_loss").to_be_number(
        float(np.log(V)),
        otherwise="With equal scores for all V characters, {name} is not ln(V), the mean over the real "
        "tokens.",
        hint=hint,
    )
    noisy = np.where(real[..., None], logits, draw.normal(*logits.shape))
    expect(_loss(student, noisy, targets), "token_loss").to_be_number(
        loss,
        otherwise="{name} depends on scores at <PAD>.",
        hint="Which targets should not count, and do the scores of a step still belong to its target?",
    )
    for row, step in zip(*np.nonzero(real), strict=True):
        moved = logits.copy()
        moved[row, step, targets[row, step]] += 3
        if _loss(student, moved, targets) > loss - 1e-4:
            raise Mismatch(
                "token_loss does not fall when a real token becomes likelier.",
                "Does every token count that is not <PAD>, and does row k of your scores belong to target k?",
            )
    sure = np.where(np.arange(V) == targets[..., None], np.float32(60), np.float32(0))
    half = sure * (np.arange(4) != 1)[:, None, None].astype(np.float32)
    expect(_loss(student, half, targets), "token_loss").to_be_number(
        float(np.log(V)) * 6 / 14,
        otherwise="With sure and right scores in all rows but one, {name} is not the mean over the real "
        "tokens.",
        hint="Does a token of a short row count as much as one of a long row, and does softmax act once?",
    )


def loss_passes_gradients_on(student: Any, draw: Draw) -> None:
    """The gradient against slopes of the student's own loss, so that a wrong value costs nothing here."""
    targets = draw.tokens([5, 2, 7], V, columns=8)
    logits, along = draw.normal(*targets.shape, V), draw.normal(*targets.shape, V)
    gradient = _gradient(student, logits, targets)
    real = (targets != 0)[..., None]
    if not is_slope(
        float(np.sum(np.float64(gradient) * along * real)),
        lambda step: _loss(student, logits + step * along * real, targets),
    ):
        raise Mismatch(
            "The gradient of token_loss by the scores is not that of the number it returns.",
            LINKED,
        )
    if (gradient[~real[..., 0]] != 0).any():
        raise Mismatch(
            "token_loss sends a gradient to scores at <PAD>.", "Which targets should not count?", gradient
        )


def loss_value(student: Any, draw: Draw, reference: Callable[[Array, Array], tuple[float, Array]]) -> None:
    """Value and gradient against `reference(logits, targets)`."""
    for lengths in ([5, 2, 7], [4, 4], [1]):
        targets = draw.tokens(lengths, V, columns=8)
        logits = draw.normal(*targets.shape, V, scale=1.5)
        value, slope = reference(logits, targets)
        expect(_loss(student, logits, targets), "token_loss").to_be_number(
            value,
            otherwise="{name} is not the mean cross-entropy over the real tokens.",
            hint="Does row k of the flat logits still belong to target k?",
        )
        expect(_gradient(student, logits, targets), "The gradient of token_loss", axes="BTV").to_match(
            slope,
            otherwise="{name} is not that of the mean cross-entropy, {where}.",
            hint="Can you call backward() on what you return?",
        )


def _gradient(student: Any, logits: Array, targets: Array) -> Array:
    """Of token_loss by the scores."""
    given = student.gradients("token_loss", logits, targets, pull=np.ones((), np.float32)).inputs
    if not given or given[0] is None:
        raise Mismatch("No gradient flows from token_loss back to the scores.", LINKED)
    gradient: Array = expect(given[0], "The gradient of token_loss", axes="BTV").to_be_shaped(logits.shape)
    return gradient


def _loss(student: Any, logits: Array, targets: Array) -> float:
    got = student.call("token_loss", logits.astype(np.float32), targets)
    if not isinstance(got, np.ndarray):
        raise Mismatch(
            "token_loss was to return a tensor that can be differentiated.", "Can you call backward() on it?"
        )
    return expect(got, "token_loss").to_be_number(hint="Which targets do you count, and could there be none?")
