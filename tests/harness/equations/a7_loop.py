"""The loop over time of assignment 7, and its layers: where code goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.harness.equations.a7_steps import Rows, loop
from tests.harness.equations.making import Clause, Idea, Way

Choices = dict[str, dict[Any, Clause]]
RNN, LSTM, GRU, STACK, LSTM_STACK = (
    f"DeepRNN {each}" for each in ("rnn", "lstm", "gru", "rnn in layers", "lstm in layers")
)
STACKED = ("stack_keeps_*", "second_layer_*", "three_layers_*", "rows_of_a_stack_*", "every_layer_*")
SINGLE = (
    "loop_keeps_*",
    "loop_never_*",
    "loop_repeats_*",
    "gradients_*",
    "last_valid_state_of_each_row",
    "padding_*",
    "a_row_alone_*",
)
# Each check is about cells of one kind.
CHECKS = {
    "loop::rnn_loop_*": ["VanillaRNNCell", RNN],
    "loop::lstm_loop_*": ["LSTMCell", LSTM],
    "loop::gru_loop_*": ["GRUCell", GRU],
    "loop::last_valid_state_of_an_lstm": [LSTM],
    "loop::last_valid_state_of_a_stack": [GRU, STACK],
    "loop::stacked_lstm_*": ["LSTMCell", LSTM, LSTM_STACK],
    **{f"loop::{name}": ["VanillaRNNCell", RNN, STACK] for name in STACKED},
    **{f"loop::{name}": [RNN] for name in SINGLE},
}

ZERO = "What should a network remember before it has read anything?"
CARRY = "What is the second argument of your cell at step t, and where does it come from?"
KEEP = "Has the state that you store seen the input of its own step, and is it what the cell returned?"
ORDER = "Which character should the first step read, and what does a state know of those after it?"
FAR = "How many states does a row of T characters have?"
COLUMN = "In which column does a row of length 2 end, and does every row use its own length?"
ONE = "After which character of a row does the task want the state?"
PROMISED = "What does the signature of forward promise, and in which order are its axes?"
VECTORS = "Along which axis do you put the states together, and which axis is time then?"
BELOW = "What exactly does the second layer read at step t?"
BEGIN = "With which memory does each layer begin?"

FIRST: dict[Any, Clause] = {"zeros": "", "h ones": ("h begins with ones", ZERO)}
FIRST_C: dict[Any, Clause] = {
    **FIRST,
    "C ones": ("C begins with ones", ZERO),
    "both ones": ("h and C begin with ones", ZERO),
}
TURNED: dict[Any, Clause] = {
    "forward": "",
    "backward": ("the steps are read from the last to the first, and stored in that order", ORDER),
    "backward, put back": ("the steps are read from the last to the first", ORDER),
}
CARRIED: dict[Any, Clause] = {
    "all": "",
    "nothing": ("every step begins with zeros", CARRY),
    "no step": ("the state stays what it is at the start", "What do you do with what the cell returns?"),
}
CARRIED_C: dict[Any, Clause] = {
    **CARRIED,
    "h begins anew": ("h begins with zeros at every step, and C is carried on", CARRY),
    "C not": ("C is not carried on, and h is", CARRY),
    "C for h": ("what the cell returns is taken as (C, h)", "In which order does the cell return them?"),
    "h and C exchanged": ("the cell gets (C, h)", "In which order does the cell take its two states?"),
}
STORED: dict[Any, Clause] = {
    "the new h": "",
    "the old h": ("what is stored is the state before its step", KEEP),
    "tanh(h)": ("what is stored is tanh of the state", KEEP),
}
STORED_C: dict[Any, Clause] = {**STORED, "C": ("what is stored is C", "Which state is the LSTM's output?")}
PADDING: dict[Any, Clause] = {"read": "", "zeros": "", "kept": ""}
COLUMNS: dict[Any, Clause] = {
    "all": "",
    "not the last": ("the last step is left out, and the state before it stands there twice", FAR),
    "shortest": ("the loop stops where the shortest row ends", FAR),
}
AXES: dict[Any, Clause] = {
    "B, T, H": "",
    "B, H, T": ("the states are put together as (B, H, T), and last_valid is taken from these axes", VECTORS),
    "in one row": ("the states of all steps stand in one long row, and last_valid is one number", VECTORS),
    "viewed": ("(T, B, H) is viewed as (B, T, H), which moves no number, and mixes rows and steps", VECTORS),
    "rows apart": ("the rows of each state are stored one by one", VECTORS),
    "x": ("the inputs come back, not the states", "What do you do with the states that you stored?"),
}
LAST: dict[Any, Clause] = {
    "its own": "",
    "longest": ("last_valid is taken in the column where the longest row ends, for every row", COLUMN),
    "first": ("last_valid is taken in the first column", ONE),
    "one early": (
        "last_valid is the state one step before a row's last, and with length 1 that of the last column",
        COLUMN,
    ),
    "one early, or the first": ("last_valid is the state one step before a row's last", COLUMN),
    "one late": ("last_valid is the state one step after a row's last, if there is one", COLUMN),
    "row 0": ("last_valid is taken in the column where row 0 ends, for every row", COLUMN),
    "shortest": ("last_valid is taken in the column where the shortest row ends, for every row", COLUMN),
    "mean": ("last_valid is the mean of all columns, padding included", ONE),
    "real mean": ("last_valid is the mean of all real steps of a row", ONE),
    "max": ("last_valid is the largest number of all columns, padding included", ONE),
    "sum": ("last_valid is the sum of all columns, padding included", ONE),
    "sorted": ("last_valid comes back with the longest row first", "After sorting, is row 0 still row 0?"),
    "of the wrong row": ("last_valid is taken from the rows in reverse order", COLUMN),
}
RETURNED: dict[Any, Clause] = {
    "hiddens, last_valid": "",
    "last_valid, hiddens": ("last_valid comes back before hiddens", PROMISED),
    "time first": ("hiddens come back as (T, B, H)", PROMISED),
    "last_valid": ("last_valid alone comes back", PROMISED),
    "hiddens": ("hiddens alone come back", PROMISED),
}
KIND: dict[Any, Clause] = {
    "its own": "",
    "rnn": ("the cells are vanilla ones, whatever was asked for", "What does your model do with `cell`?"),
}
OF_RNN: Choices = {
    "first": FIRST,
    "order": TURNED,
    "carried": CARRIED,
    "stored": STORED,
    "padding": PADDING,
    "columns": COLUMNS,
    "axes": AXES,
    "last": LAST,
    "returned": RETURNED,
}
ALONE = (
    "what comes back is what one layer alone makes of the inputs",
    "How many layers are there, what does the upper one read, and whose states come back?",
)
READS: dict[Any, Clause] = {
    "all states": "",
    "x": ALONE,
    "last column": ("the next layer reads the state of the last column at every step", BELOW),
    "last valid": ("the next layer reads each row's last valid state at every step", BELOW),
    "backwards": ("the next layer reads the states backwards", BELOW),
    "one late": ("the next layer reads the state of the step before", BELOW),
    "ReLU": ("a ReLU lies between the layers", BELOW),
    "tanh": ("a tanh lies between the layers", BELOW),
    "σ": ("a σ lies between the layers", BELOW),
    "states and inputs": ("a layer's input is added to its output, where the widths agree", BELOW),
}
STARTS: dict[Any, Clause] = {
    "zeros": "",
    "below": ("each layer begins where the one below ended", BEGIN),
}
STARTS_C: dict[Any, Clause] = {
    **STARTS,
    "C below": ("each layer begins with the C that the layer below ended with", BEGIN),
    "h below": ("each layer begins with the h that the layer below ended with", BEGIN),
}
LAYERS: dict[Any, Clause] = {
    "as asked": "",
    "one": ALONE,
    "one more": ("there is one layer more than asked for", "How many cells do you make for num_layers=1?"),
    "one less": ("there is one layer less than asked for", "How many cells do you make for num_layers=3?"),
}
TOPS: dict[Any, Clause] = {
    "the top": "",
    "the bottom": ALONE,
    "hiddens of the bottom": ("hiddens are those of the bottom layer", "Which layer is the top one?"),
    "last_valid of the bottom": ("last_valid is that of the bottom layer", "Which layer is the top one?"),
    "the sum": ("the states of all layers are summed", "From which layer do the hidden states come?"),
}


def some(values: dict[Any, Clause], *names: str) -> dict[Any, Clause]:
    """The right value and some of the others."""
    return {name: values[name] for name in (next(iter(values)), *names)}


SHARED: Choices = {
    "kind": KIND,
    "first": FIRST,
    "order": TURNED,
    "carried": CARRIED,
    "stored": STORED,
    "padding": PADDING,
    "last": some(LAST, "longest", "first", "one early", "shortest", "row 0", "mean"),
    "returned": some(RETURNED, "last_valid, hiddens", "time first"),
}
C_IS_LAST: dict[Any, Clause] = {"C": ("last_valid is C, not h", "Which state is the LSTM's output?")}
OF_LSTM = {
    **SHARED,
    "first": FIRST_C,
    "carried": CARRIED_C,
    "stored": STORED_C,
    "last": SHARED["last"] | C_IS_LAST,
}
LAYERED: Choices = {"reads": READS, "starts": STARTS, "layers": LAYERS, "tops": TOPS, "padding": PADDING}


def no_such_pair(way: Way) -> bool:
    """Whether one of two choices leaves nothing of the other."""
    fixed = {"axes", "returned"} <= way.keys() or {"axes", "last"} <= way.keys()
    return fixed or {"columns", "axes"} <= way.keys()


def rows(
    kind: str, features: int, units: Sequence[float], lengths: list[int], phase: float, layers: int = 1
) -> Rows:
    """A case whose inputs are all different, those behind a row's end, too."""
    shape = (len(lengths), max(lengths), features)
    x = np.round(0.9 * np.sin(phase + 2.4 * np.arange(np.prod(shape))), 2).reshape(shape)
    return Rows(kind, x, np.array(lengths), np.array(units), layers)


def ask(case: Rows) -> dict[str, Any]:
    features, hidden = case.x.shape[2], len(case.units)
    return {
        "new": ["DeepRNN", case.kind, features, hidden, case.layers],
        "weights": {
            "units": case.units.tolist(),
            "biases": 0,
            "features": features,
            "larger": [case.kind, 13, 11, case.layers],
        },
        "args": [{"float": case.x.tolist()}, {"int": case.lengths.tolist()}],
    }


def idea(choices: Choices, cases: list[Rows], fresh: list[Rows]) -> Idea:
    return Idea(answer=loop, choices=choices, ask=ask, cases=cases, fresh=fresh, senseless=no_such_pair)


def one_layer(kind: str, choices: Choices) -> Idea:
    return idea(
        choices,
        [
            rows(kind, 2, (0.5, -0.4, 0.7, 0.3, -0.6), [3, 1, 4], 0.4),
            rows(kind, 3, (-0.3, 0.8, 0.4, -0.5), [2, 4], 1.9),
        ],
        [
            rows(kind, 3, (0.3, 0.7, -0.4, 0.9, -0.2, 0.6), [1, 5, 2, 3], 2.6),
            rows(kind, 2, (0.6, -0.7, 0.4), [3, 2], 0.9),
        ],
    )


def in_layers(kind: str, choices: Choices) -> Idea:
    return idea(
        choices,
        [
            rows(kind, 2, (0.5, -0.4, 0.7, 0.3, -0.6), [3, 1, 4], 0.4, layers=2),
            rows(kind, 3, (-0.3, 0.8, 0.4, -0.5), [2, 4], 1.9, layers=3),
        ],
        [
            rows(kind, 3, (0.3, 0.7, -0.4, 0.9, -0.2, 0.6), [1, 5, 2, 3], 2.6, layers=3),
            rows(kind, 2, (0.6, -0.7, 0.4), [3, 2], 0.9, layers=2),
        ],
    )


IDEAS = {
    RNN: one_layer("rnn", OF_RNN),
    LSTM: one_layer("lstm", OF_LSTM),
    GRU: one_layer("gru", SHARED),
    STACK: in_layers("rnn", LAYERED),
    LSTM_STACK: in_layers("lstm", {**LAYERED, "starts": STARTS_C}),
}
