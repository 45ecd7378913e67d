"""The five weights as they are before training."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import Mismatch
from autograder.checks.expect import describe, listing
from autograder.sandbox.wire.errors import StudentFailure, StudentRaised
from tests.visible.lab7_vanilla_rnn.lab import MODULE, NAMES, is_filled_in, shapes

ASKED = [*NAMES, *(f"{name}.{part}" for name in NAMES for part in ("requires_grad", "is_leaf"))]
OTHER_SIZES = (3, 7)


def are_initialised(student: Any, submission: Any) -> None:
    """Shapes, gradients, no matrix of zeros; sizes are the script's own n and vocab."""
    is_filled_in(submission, *NAMES)
    found = _before_training(student)
    n, vocab = found["n"], found["vocab"]
    if isinstance(n, bool) or not isinstance(n, int) or not 0 < n <= 10_000:
        raise Mismatch(f"n was wanted as a whole number, the hidden size; got {describe(n)}.")
    if not isinstance(vocab, dict) or not vocab:
        raise Mismatch(f"vocab was wanted as a dictionary of words and ids; got {describe(vocab)}.")
    for name, shape in shapes(n, len(vocab)).items():
        _is_a_weight(found, name, shape)
    _lie_as_asked(student)
    without = [name for name in NAMES if found[f"{name}.requires_grad"] is not True]
    if without:
        does = "do" if len(without) > 1 else "does"
        raise Mismatch(
            f"{listing(without)} {does} not require gradients, so nothing can be learned there.",
            "What has to be said about a tensor when it is made, so that backward() fills its .grad?",
        )
    computed = [name for name in NAMES if found[f"{name}.is_leaf"] is False]
    if computed:
        are = "are computed from other tensors" if len(computed) > 1 else "is computed from another tensor"
        raise Mismatch(
            f"{listing(computed)} {are}, to which the gradients then go.",
            "In which order do you scale the numbers and ask for gradients?",
        )


def _before_training(student: Any, **sizes: int) -> dict[str, Any]:
    """The weights of a run without epochs; of one with, for a script that cannot do without."""
    names = [*ASKED, "n", "vocab"]
    try:
        found: dict[str, Any] = student.run(MODULE, {"num_epochs": 0, "test_sentences": [], **sizes}, names)
    except StudentRaised:
        found = student.run(MODULE, {"num_epochs": 1, **sizes}, names)
    return found


def _lie_as_asked(student: Any) -> None:
    """With as many hidden units as there are classes, or words, nobody sees which axis is which: look
    with other numbers, too. Sizes that do not follow n cost nothing here.
    """
    for n in OTHER_SIZES:
        try:
            found = _before_training(student, n=n)
        except StudentFailure:  # sizes of its own, which the equations' item judges
            continue
        vocab = found["vocab"]
        for name, shape in shapes(n, len(vocab) if isinstance(vocab, dict) else 0).items():
            value = found[name]
            if isinstance(value, np.ndarray) and value.shape == shape[::-1] != shape:
                raise Mismatch(
                    f"With n = {n}, {name} has shape {value.shape}; {shape} was wanted.", _SHAPE[name]
                )


def _is_a_weight(found: dict[str, Any], name: str, shape: tuple[int, int]) -> None:
    value = found[name]
    if not isinstance(value, np.ndarray):
        got = "it is still None" if value is None else f"got {describe(value)}"
        raise Mismatch(f"{name} was wanted as a tensor of shape {shape}; {got}.")
    if value.shape != shape:
        raise Mismatch(f"{name} has shape {value.shape}; {shape} was wanted.", _SHAPE[name])
    if value.dtype.kind != "f":
        raise Mismatch(
            f"{name} has dtype {value.dtype}; decimal numbers were wanted.",
            "Can a small step be taken on whole numbers?",
        )
    if not np.isfinite(value).all():
        raise Mismatch(
            f"{name} holds NaN or infinite numbers before training.", "What fills the memory of a new tensor?"
        )
    if name in _ZEROS and not value.any():
        raise Mismatch(f"{name} is all zeros before training.", _ZEROS[name])


_SHAPE = {
    "W": "How many numbers connect n hidden units to the n of the step before?",
    "U": "U makes hidden units out of a one-hot word: what do its rows count, and what its columns?",
    "b": "b is added to a state: is that a row or a column?",
    "W_out": "W_out makes one score per class out of a state: what do its rows count, and what its columns?",
    "b_out": "b_out is added to one score per class: are these a row or a column?",
}
_ZEROS = {
    "W": "What is left of earlier words in the state when W is zero?",
    "U": "Can two words be told apart when U is zero?",
    "W_out": "Which gradient reaches U when W_out is zero?",
}
