"""What a loop over time, and stacked layers, make of padded rows when every cell is right.

All weights of a cell are filled symmetrically, so a gate's inside is the sum of all that it reads, times one
number for each hidden unit. Where a row has ended, states may be anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.algebra import FUNCTIONS, Array

sigma = FUNCTIONS["σ"]


class Rows(NamedTuple):
    """x (B, T, D), the real steps of each row, and one number for each hidden unit."""

    kind: str
    x: Array
    lengths: Array
    units: Array
    layers: int = 1


def step(kind: str, x: Array, h: Array, c: Array, units: Array) -> tuple[Array, Array]:
    """The new h and C of a batch; C stays what it is where there is none."""

    def inside(old: Array) -> Array:
        return np.asarray((old.sum(1) + x.sum(1))[:, None] * units)

    if kind == "rnn":
        return np.tanh(inside(h)), c
    gate = sigma(inside(h))
    if kind == "gru":
        return (1 - gate) * h + gate * np.tanh(inside(gate * h)), c
    c = gate * c + gate * np.tanh(inside(h))
    return gate * np.tanh(c), c


def layer(
    kind: str,
    case: Rows,
    x: Array,
    start: tuple[Array, Array],
    order: str = "forward",
    carried: str = "all",
    stored: str = "the new h",
    padding: str = "read",
) -> tuple[Array, Array, tuple[Array, Array]]:
    """The states (B, T, H) and memories of all steps, and what the layer ends with."""
    (h, c), zeros = start, 0 * start[0]
    states, memories = [], []
    steps = range(x.shape[1])
    for t in steps if order == "forward" else reversed(steps):
        goes_on = (t < case.lengths)[:, None]
        before = h, c
        given = {
            "h begins anew": (zeros, c),
            "nothing": (zeros, zeros),
            "h and C exchanged": (c, h),
        }.get(carried, (h, c))
        h, c = step(kind, x[:, t], *given, case.units)
        if carried == "no step":
            h, c = before
        elif carried == "C not":
            c = before[1]
        elif carried == "C for h":
            h, c = c, h
        if padding == "kept":
            h, c = (np.where(goes_on, new, old) for new, old in zip((h, c), before, strict=True))
        told = {"the new h": h, "the old h": before[0], "tanh(h)": np.tanh(h), "C": c}[stored]
        states.append(told * goes_on if padding == "zeros" else told)
        memories.append(c)
    turn = -1 if order == "backward, put back" else 1
    return np.stack(states[::turn], axis=1), np.stack(memories[::turn], axis=1), (h, c)


def picked(last: str, hiddens: Array, memories: Array, case: Rows) -> Array:
    """last_valid (B, H)."""
    rows, columns, _ = hiddens.shape
    at, lengths = np.arange(rows), np.minimum(case.lengths, columns)
    real = (np.arange(columns) < lengths[:, None])[..., None]
    by_length = np.argsort(-lengths, kind="stable")
    found = {
        "its own": lambda: hiddens[at, lengths - 1],
        "longest": lambda: hiddens[:, -1],
        "first": lambda: hiddens[:, 0],
        "one early": lambda: hiddens[at, lengths - 2],
        "one early, or the first": lambda: hiddens[at, np.maximum(lengths - 2, 0)],
        "one late": lambda: hiddens[at, np.minimum(lengths, columns - 1)],
        "row 0": lambda: hiddens[:, lengths[0] - 1],
        "shortest": lambda: hiddens[:, lengths.min() - 1],
        "mean": lambda: hiddens.mean(1),
        "real mean": lambda: (hiddens * real).sum(1) / lengths[:, None],
        "max": lambda: hiddens.max(1),
        "sum": lambda: hiddens.sum(1),
        "C": lambda: memories[at, lengths - 1],
        "sorted": lambda: hiddens[at, lengths - 1][by_length],
        "of the wrong row": lambda: hiddens[at[::-1], lengths - 1],
    }
    return found[last]()


def shaped(axes: str, hiddens: Array, case: Rows) -> Value:
    """hiddens as they come back, and last_valid where it follows from their form."""
    rows, _, units = hiddens.shape
    at, ends = np.arange(rows), case.lengths - 1
    mixed = hiddens.transpose(1, 0, 2)
    told = {
        "B, H, T": lambda: hiddens.transpose(0, 2, 1),
        "in one row": lambda: hiddens.reshape(rows, -1),
        "viewed": lambda: mixed.reshape(hiddens.shape),
        "rows apart": lambda: mixed.reshape(-1, units).T,
        "x": lambda: case.x,
    }[axes]()
    return told, told[at, ends]


def loop(
    case: Rows,
    kind: str = "its own",
    first: str = "zeros",
    order: str = "forward",
    carried: str = "all",
    stored: str = "the new h",
    padding: str = "read",
    columns: str = "all",
    axes: str = "B, T, H",
    last: str = "its own",
    returned: str = "hiddens, last_valid",
    reads: str = "all states",
    starts: str = "zeros",
    layers: str = "as asked",
    tops: str = "the top",
) -> Value:
    rows, hidden = len(case.x), len(case.units)
    kind = case.kind if kind == "its own" else kind
    ones, zeros = np.ones((rows, hidden)), np.zeros((rows, hidden))
    begin = {
        "zeros": (zeros, zeros),
        "h ones": (ones, zeros),
        "C ones": (zeros, ones),
        "both ones": (ones, ones),
    }[first]
    count = {"as asked": case.layers, "one": 1, "one more": case.layers + 1, "one less": case.layers - 1}
    how = {"order": order, "carried": carried, "stored": stored, "padding": padding}
    inputs = case.x[:, : case.lengths.min()] if columns == "shortest" else case.x
    inputs = inputs[:, :-1] if columns == "not the last" else inputs
    all_states, all_memories, end = [], [], begin
    for _ in range(count[layers]):
        start = {"zeros": begin, "below": end, "C below": (begin[0], end[1]), "h below": (end[0], begin[1])}
        states, memories, end = layer(kind, case, inputs, start[starts], **how)
        if reads == "states and inputs" and inputs.shape == states.shape:
            states = states + inputs
        all_states.append(states)
        all_memories.append(memories)
        inputs = between(reads, states, case)
    hiddens, memories = all_states[-1], all_memories[-1]
    if tops == "the sum":
        hiddens = np.asarray(sum(all_states))
    if tops == "last_valid of the bottom":
        end_states = picked(last, all_states[0], all_memories[0], case)
    else:
        hiddens = all_states[0] if tops == "the bottom" else hiddens
        end_states = picked(last, hiddens, memories, case)
    if tops == "hiddens of the bottom":
        hiddens = all_states[0]
    if columns == "not the last":
        hiddens = np.concatenate([hiddens, hiddens[:, -1:]], axis=1)
        end_states = picked(last, hiddens, memories, case)
    if axes != "B, T, H":
        hiddens, end_states = shaped(axes, hiddens, case)
    return {
        "hiddens, last_valid": (hiddens, end_states),
        "last_valid, hiddens": (end_states, hiddens),
        "time first": (np.swapaxes(hiddens, 0, 1), end_states),
        "last_valid": end_states,
        "hiddens": hiddens,
    }[returned]


def between(reads: str, states: Array, case: Rows) -> Array:
    """What the next layer reads."""
    last = states[np.arange(len(states)), np.minimum(case.lengths, states.shape[1]) - 1]
    repeated = {"last column": states[:, -1], "last valid": last}
    if reads in repeated:
        return np.repeat(repeated[reads][:, None], states.shape[1], axis=1)
    return {
        "all states": lambda: states,
        "x": lambda: case.x,
        "backwards": lambda: states[:, ::-1],
        "one late": lambda: np.concatenate([0 * states[:, :1], states[:, :-1]], axis=1),
        "ReLU": lambda: np.maximum(states, 0),
        "tanh": lambda: np.tanh(states),
        "σ": lambda: sigma(states),
        "states and inputs": lambda: states,
    }[reads]()
