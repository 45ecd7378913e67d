"""Each cell as observables with their formulas: the right one first, then the usual slips, by their names.

Observables: "h" is the new state of an RNN or GRU; of an LSTM, "kept" is
the factor of C_{t-1}, "added" what comes on top of it, and "shown" the factor of tanh(C_t) in h_t.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from autograder.checks.layouts import Formula, Part, Stage, affine
from autograder.checks.references import Array, Pre, gru, rnn, sigmoid

Stages = tuple[Stage, ...]
Activation = Callable[[Array], Array]


def _slips(stages: Stages, *slips: tuple[Formula, str, str]) -> tuple[Part, ...]:
    """Wrong formulas, each with its sentence and its hint."""
    return tuple(Part(formula, stages, wrong, hint) for formula, wrong, hint in slips)


def _under(activation: Activation, gate: str) -> Formula:
    return lambda pre, h: activation(pre(gate, h))


def _plain(a: Array) -> Array:
    return a


def _relu(a: Array) -> Array:
    return np.maximum(a, 0)


RANGE = "Which numbers may a valve take, from closed to open?"
NEGATIVE, BOUNDED = "Can the candidate be negative?", "Is the candidate bounded?"
SIGMOID, NO_TANH = "the candidate uses σ where the handout has tanh", "the candidate has no tanh"
WHOLE = (Stage("h", ()),)  # no gate at all

# ---- vanilla RNN

RNN: tuple[Part, ...] = (
    Part(rnn, affine("h")),
    *_slips(
        affine("h"),
        (_under(_plain, "h"), "there is no tanh around the sum", "Is the new state bounded?"),
        (_under(sigmoid, "h"), "it uses σ where the handout has tanh", "Can the new state be negative?"),
        (
            _under(_relu, "h"),
            "it uses ReLU where the handout has tanh",
            "Between which numbers does tanh keep a state?",
        ),
    ),
    Part(
        lambda pre, h: np.asarray(np.tanh(pre("a", h)) + np.tanh(pre("b", h))),
        affine("a", "b"),
        "it takes tanh of each term and adds afterwards",
        "Where do the brackets of tanh open and close?",
    ),
)

# ---- LSTM: one gate at a time


def _gate(name: str, gate: str) -> tuple[Part, ...]:
    return (
        Part(_under(sigmoid, gate), affine(gate)),
        *_slips(
            affine(gate),
            (_under(np.tanh, gate), f"the {name} gate uses tanh where σ is wanted", RANGE),
            (_under(_plain, gate), f"the {name} gate has no σ", RANGE),
            (_under(_relu, gate), f"the {name} gate uses ReLU where σ is wanted", RANGE),
        ),
    )


def _added(gate: Activation, candidate: Activation) -> Formula:
    return lambda pre, h: gate(pre("i", h)) * candidate(pre("c", h))


LSTM: dict[str, tuple[Part, ...]] = {
    "kept": (
        *_gate("forget", "f"),
        Part(
            lambda pre, h: np.ones_like(h),
            WHOLE,
            "the old cell state is kept whole, no forget gate weighs it",
            "With the forget gate shut, what should be left of the old cell state?",
        ),
        Part(
            lambda pre, h: 1 - sigmoid(pre("i", h)),
            affine("i"),
            "the old cell state is multiplied by 1 minus a gate, where the handout has the forget gate "
            "itself",
            "When the forget gate is 1, what is left of the old cell state, and which weights does that "
            "gate have?",
        ),
        Part(
            lambda pre, h: sigmoid(pre("f", h) + 1),
            affine("f"),
            "1 is added inside the forget gate",
            "Which constant of your forget gate is not in the equations?",
        ),
    ),
    "added": (
        Part(_added(sigmoid, np.tanh), affine("i", "c")),
        Part(
            _under(np.tanh, "c"),
            affine("c"),
            "the candidate is added whole, no input gate weighs it",
            "With the input gate shut, what should enter the cell state?",
        ),
        *_slips(
            affine("i", "c"),
            (_added(np.tanh, np.tanh), "the input gate uses tanh where σ is wanted", RANGE),
            (_added(sigmoid, sigmoid), SIGMOID, NEGATIVE),
            (_added(sigmoid, _plain), NO_TANH, BOUNDED),
            (_added(_plain, np.tanh), "the input gate has no σ", RANGE),
        ),
    ),
    "shown": (
        *_gate("output", "o"),
        Part(
            lambda pre, h: np.ones_like(h),
            WHOLE,
            "no output gate weighs tanh(C_t)",
            "How much of its memory should the cell show?",
        ),
    ),
}

# ---- GRU, the handout's form

GRU_STAGES = (
    Stage("", (("z", "b"), ("c", "b"))),
    Stage("x", (("z", "x"), ("c", "x"))),
    Stage("h", (("z", "h"), ("c", "h"), ("r", "h"), ("r", "b"))),
    Stage("xh", (("r", "x"),)),
)
# PyTorch's candidate is tanh(W_x x + b + r ⊙ (W_h h)): n is the part of it that reads h, with a bias or not.
AFTER_STAGES = (
    Stage("", (("z", "b"), ("c", "b"))),
    Stage("x", (("z", "x"), ("c", "x"))),
    Stage("h", (("z", "h"), ("n", "h"), ("r", "h"), ("r", "b"))),
    Stage("xh", (("r", "x"),)),
)
AFTER_STAGES_WITH_BIAS = (
    Stage("", (("z", "b"), ("c", "s"), ("r", "b"), ("n", "s"))),
    Stage("x", (("z", "x"), ("c", "x"), ("r", "x"))),
    Stage("h", (("z", "h"), ("n", "h"), ("r", "h"))),
)


def _gated(new: Callable[..., Array]) -> Formula:
    """A formula of both gates z and r, the candidate's c(state) before its tanh, and h."""
    return lambda pre, h: new(sigmoid(pre("z", h)), sigmoid(pre("r", h)), partial(pre, "c"), h)


def _after(pre: Pre, h: Array) -> Array:
    return np.asarray(np.tanh(pre("c", 0 * h) + sigmoid(pre("r", h)) * pre("n", h)))


def _after_the_matmul(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray((1 - z) * h + z * _after(pre, h))


def _library(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray(z * h + (1 - z) * _after(pre, h))


def _no_reset(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", h)))


def _update_reads_the_reset_state(pre: Pre, h: Array) -> Array:
    r = sigmoid(pre("r", h))
    z = sigmoid(pre("z", r * h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", r * h)))


def _gates_by_tanh(pre: Pre, h: Array) -> Array:
    z, r = np.tanh(pre("z", h)), np.tanh(pre("r", h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", r * h)))


PYTORCH = "this is PyTorch's form; in the handout's, z weighs the candidate and r acts before the matmul"
AFTER = "r is multiplied after the matmul, r ⊙ (W h), as PyTorch does; the handout has W[r ⊙ h, x]"
LIBRARY = "The handout and the library differ in two places: which?"
BRACKET = "Is r multiplied with the old state, or with what W makes of it?"
SIDES = "In the handout, what is left of the old state when z is 1?"
GRU: tuple[Part, ...] = (
    Part(gru, GRU_STAGES),
    Part(
        _gated(lambda z, r, c, h: z * h + (1 - z) * np.tanh(c(r * h))),
        GRU_STAGES,
        "z and 1 - z are exchanged",
        SIDES,
    ),
    Part(_library, AFTER_STAGES, PYTORCH, LIBRARY),
    Part(_library, AFTER_STAGES_WITH_BIAS, PYTORCH, LIBRARY),
    Part(_after_the_matmul, AFTER_STAGES, AFTER, BRACKET),
    Part(_after_the_matmul, AFTER_STAGES_WITH_BIAS, AFTER, BRACKET),
    Part(
        _gated(lambda z, r, c, h: (1 - z) * r * h + z * np.tanh(c(r * h))),
        GRU_STAGES,
        "the reset gate also scales the part of the old state that is kept",
        "Which of the two terms of h_t should r have a say in?",
    ),
    Part(
        _no_reset,
        affine("z", "c"),
        "no reset gate acts on the old state inside the candidate",
        "What does the candidate see when r is 0?",
    ),
    *_slips(
        GRU_STAGES,
        (_gated(lambda z, r, c, h: (1 - z) * h + z * sigmoid(c(r * h))), SIGMOID, NEGATIVE),
        (_gated(lambda z, r, c, h: (1 - z) * h + z * c(r * h)), NO_TANH, BOUNDED),
        (
            _update_reads_the_reset_state,
            "the update gate reads the state after it was reset",
            "Which state do the two gates look at?",
        ),
        (_gates_by_tanh, "the gates use tanh where σ is wanted", RANGE),
    ),
)

OF = {"rnn": {"h": RNN}, "lstm": LSTM, "gru": {"h": GRU}}  # kind -> observable -> formulas
