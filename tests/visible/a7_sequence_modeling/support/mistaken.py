"""What students often return for the states of a loop, under the words that name it."""

from __future__ import annotations

import contextlib

import numpy as np

from autograder.checks import Array
from tests.visible.a7_sequence_modeling.support.loops import Loop, NoCells, valid


def other_states(loop: Loop, x: Array, right: Array) -> dict[str, Array]:
    """What is often taken for the right states."""
    columns = right.shape[1]
    known = {
        "the state before each step instead of after it": np.concatenate(
            [0 * right[:, :1], right[:, :-1]], axis=1
        ),
        "the right states in wrong places (stacked along another axis, then reshaped)": right.transpose(
            1, 0, 2
        ).reshape(right.shape),
        "the states of the sequence read backwards": loop.folded(x[:, :columns][:, ::-1].copy())[:, ::-1],
    }
    if loop.kind == "lstm":
        forgetful = loop.folded(x, forget=True)[:, :columns]
        known["states that forget the cell state C at every step"] = forgetful
    return known


def other_last_states(loop: Loop, x: Array, lengths: Array, hiddens: Array) -> dict[str, Array]:
    """What is often taken for the last valid state."""
    rows, final = np.arange(len(lengths)), hiddens.shape[1] - 1
    real = valid(lengths, hiddens.shape[1])[..., None]
    known = {
        "the state of the final column, not of each row's own last step": hiddens[:, -1],
        "the state at max(lengths) - 1 in every row": hiddens[:, int(lengths.max()) - 1],
        "the state one step before the last": hiddens[rows, lengths - 2],
        "the state one step after the last": hiddens[rows, np.minimum(lengths, final)],
        "the first state of each row": hiddens[:, 0],
        "the mean over all steps": hiddens.mean(1),
        "the mean over the valid steps": (hiddens * real).sum(1) / lengths[:, None],
        "the sum over all steps": hiddens.sum(1),
        "the largest numbers over all steps": hiddens.max(1),
    }
    if loop.layers > 1:
        with contextlib.suppress(NoCells):
            known["the last state of the bottom layer"] = next(loop.single_layers(x, lengths))[1]
    return known
