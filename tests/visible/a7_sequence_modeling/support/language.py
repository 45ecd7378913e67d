"""What a language model is trained on, and by: its pairs of inputs and targets, and its loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, expect
from tests.visible.a7_sequence_modeling.support.texts import EOS, PAD, SOS, text, usable_vocabulary

LINKED = "Is the loss one torch expression of the scores, with no .item(), .detach() or numpy in between?"


def check_pairs(student: Student, draw: Draw, **options: Any) -> None:
    """Raise `Mismatch` unless the pairs are four chunks of a text, and what is left of it, if anything.

    `options`: the length, unless it is to be the default.
    """
    length = options.get("length", 40)
    for rest in (0, 7, length - 1):
        line = text(draw, 4 * length + min(rest, length - 1))
        vocab = usable_vocabulary(student, [line])
        got = student.call("language_model_pairs", line, vocab, **options)
        first = got[0] if isinstance(got, (tuple, list)) and got else None
        padded = isinstance(first, np.ndarray) and bool(rest) and first.shape[:1] == (5,)
        inputs, targets = _clean(got, 5 if padded else 4, length)
        ids = np.array([vocab[character] for character in line])
        _check_shift(inputs[:4], targets[:4], ids[: 4 * length], vocab)
        if padded:
            end = len(ids) - 4 * length + 1
            _check_shift(inputs[4:, :end], targets[4:, :end], ids[4 * length :], vocab)
            if (targets[4, end:] != vocab[PAD]).any():
                raise Mismatch("Behind the <EOS> of the last targets there is more than <PAD>.")


def _clean(got: Any, rows: int, length: int) -> tuple[Array, Array]:
    shape = (rows, length + 1)
    try:
        inputs, targets = expect(got, "inputs", "targets", axes="BT").to_be_shaped(
            shape, shape, dtype="int64"
        )
    except Mismatch as wrong:
        hint = (
            "What type of number does an embedding look up?"
            if "dtype" in wrong.message
            else f"With length={length}, how many characters has a chunk, which token joins them, and "
            "how many chunks are there?"
        )
        raise Mismatch(wrong.message, wrong.hint or hint, wrong.got) from None
    return inputs, targets


def _check_shift(inputs: Array, targets: Array, ids: Array, vocab: dict[str, int]) -> None:
    """<SOS> in front, <EOS> behind, shifted by one, and the chunks glued together are the text."""
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


def token_loss(student: Student, logits: Array, targets: Array) -> float:
    """The student's, as a number."""
    got = student.call("token_loss", logits.astype(np.float32), targets)
    if not isinstance(got, np.ndarray):
        raise Mismatch(
            "token_loss was to return a tensor that can be differentiated.", "Can you call backward() on it?"
        )
    return expect(got, "token_loss").to_be_number(hint="Which targets do you count, and could there be none?")


def loss_gradient(student: Student, logits: Array, targets: Array) -> Array:
    """Of the student's token_loss by the scores."""
    given = student.gradients("token_loss", logits, targets, pull=np.ones((), np.float32)).inputs
    if not given or given[0] is None:
        raise Mismatch("No gradient flows from token_loss back to the scores.", LINKED)
    gradient: Array = expect(given[0], "The gradient of token_loss", axes="BTV").to_be_shaped(logits.shape)
    return gradient
