"""Each cell as observables with their formulas: the right one first, then the usual slips, so that a wrong
cell can be told which slip it is. Observables: "h" is the new state of an RNN or GRU; of an LSTM, "kept" is
the factor of C_{t-1}, "added" what comes on top of it, and "shown" the factor of tanh(C_t) in h_t.
"""

from __future__ import annotations

import numpy as np

from autograder.checks.layouts import Part, Stage, affine
from autograder.checks.references import Array, Pre, gru, rnn, sigmoid

# ---- vanilla RNN


def _tanh_of_each(pre: Pre, h: Array) -> Array:
    return np.asarray(np.tanh(pre("a", h)) + np.tanh(pre("b", h)))


def _relu(a: Array) -> Array:
    return np.maximum(a, 0)


RNN: tuple[Part, ...] = (
    Part(rnn, affine("h")),
    Part(
        lambda pre, h: pre("h", h),
        affine("h"),
        "there is no tanh around the sum",
        "Is the new state bounded?",
    ),
    Part(
        lambda pre, h: sigmoid(pre("h", h)),
        affine("h"),
        "it uses σ where the handout has tanh",
        "Can the new state be negative?",
    ),
    Part(
        lambda pre, h: _relu(pre("h", h)),
        affine("h"),
        "it uses ReLU where the handout has tanh",
        "Between which numbers does tanh keep a state?",
    ),
    Part(
        _tanh_of_each,
        affine("a", "b"),
        "it takes tanh of each term and adds afterwards",
        "Where do the brackets of tanh open and close?",
    ),
)

# ---- LSTM: one gate at a time

RANGE = "Which numbers may a valve take, from closed to open?"


def _gate(name: str, gate: str) -> tuple[Part, ...]:
    stages = affine(gate)
    return (
        Part(lambda pre, h: sigmoid(pre(gate, h)), stages),
        Part(
            lambda pre, h: np.tanh(pre(gate, h)),
            stages,
            f"the {name} gate uses tanh where σ is wanted",
            RANGE,
        ),
        Part(lambda pre, h: pre(gate, h), stages, f"the {name} gate has no σ", RANGE),
        Part(
            lambda pre, h: _relu(pre(gate, h)), stages, f"the {name} gate uses ReLU where σ is wanted", RANGE
        ),
    )


LSTM: dict[str, tuple[Part, ...]] = {
    "kept": (
        *_gate("forget", "f"),
        Part(
            lambda pre, h: np.ones_like(h),
            (Stage("h", ()),),
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
        Part(lambda pre, h: sigmoid(pre("i", h)) * np.tanh(pre("c", h)), affine("i", "c")),
        Part(
            lambda pre, h: np.tanh(pre("c", h)),
            affine("c"),
            "the candidate is added whole, no input gate weighs it",
            "With the input gate shut, what should enter the cell state?",
        ),
        Part(
            lambda pre, h: np.tanh(pre("i", h)) * np.tanh(pre("c", h)),
            affine("i", "c"),
            "the input gate uses tanh where σ is wanted",
            RANGE,
        ),
        Part(
            lambda pre, h: sigmoid(pre("i", h)) * sigmoid(pre("c", h)),
            affine("i", "c"),
            "the candidate uses σ where the handout has tanh",
            "Can the candidate be negative?",
        ),
        Part(
            lambda pre, h: sigmoid(pre("i", h)) * pre("c", h),
            affine("i", "c"),
            "the candidate has no tanh",
            "Is the candidate bounded?",
        ),
        Part(
            lambda pre, h: pre("i", h) * np.tanh(pre("c", h)),
            affine("i", "c"),
            "the input gate has no σ",
            RANGE,
        ),
    ),
    "shown": (
        *_gate("output", "o"),
        Part(
            lambda pre, h: np.ones_like(h),
            (Stage("h", ()),),
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
AFTER_STAGES = (  # h~ = tanh(W_x x + b + r ⊙ (W_h h)): n is the part of the candidate that reads h
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
SIDES = "In the handout, what is left of the old state when z is 1?"
BRACKET = "Is r multiplied with the old state, or with what W makes of it?"
LIBRARY = "The handout and the library differ in two places: which?"


def _after(pre: Pre, h: Array) -> Array:
    return np.asarray(np.tanh(pre("c", 0 * h) + sigmoid(pre("r", h)) * pre("n", h)))


def _after_the_matmul(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray((1 - z) * h + z * _after(pre, h))


def _library(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray(z * h + (1 - z) * _after(pre, h))


def _sides_exchanged(pre: Pre, h: Array) -> Array:
    z, r = sigmoid(pre("z", h)), sigmoid(pre("r", h))
    return np.asarray(z * h + (1 - z) * np.tanh(pre("c", r * h)))


def _old_state_reset(pre: Pre, h: Array) -> Array:
    z, r = sigmoid(pre("z", h)), sigmoid(pre("r", h))
    return np.asarray((1 - z) * r * h + z * np.tanh(pre("c", r * h)))


def _no_reset(pre: Pre, h: Array) -> Array:
    z = sigmoid(pre("z", h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", h)))


def _candidate_by(activation: object, pre: Pre, h: Array) -> Array:
    z, r = sigmoid(pre("z", h)), sigmoid(pre("r", h))
    a = pre("c", r * h)
    return np.asarray((1 - z) * h + z * (sigmoid(a) if activation == "σ" else a))


def _gates_read_the_reset_state(pre: Pre, h: Array) -> Array:
    r = sigmoid(pre("r", h))
    z = sigmoid(pre("z", r * h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", r * h)))


def _gates_by_tanh(pre: Pre, h: Array) -> Array:
    z, r = np.tanh(pre("z", h)), np.tanh(pre("r", h))
    return np.asarray((1 - z) * h + z * np.tanh(pre("c", r * h)))


PYTORCH = "this is PyTorch's form; in the handout's, z weighs the candidate and r acts before the matmul"
AFTER = "r is multiplied after the matmul, r ⊙ (W h), as PyTorch does; the handout has W[r ⊙ h, x]"
GRU: tuple[Part, ...] = (
    Part(gru, GRU_STAGES),
    Part(_sides_exchanged, GRU_STAGES, "z and 1 - z are exchanged", SIDES),
    Part(_library, AFTER_STAGES, PYTORCH, LIBRARY),
    Part(_library, AFTER_STAGES_WITH_BIAS, PYTORCH, LIBRARY),
    Part(_after_the_matmul, AFTER_STAGES, AFTER, BRACKET),
    Part(_after_the_matmul, AFTER_STAGES_WITH_BIAS, AFTER, BRACKET),
    Part(
        _old_state_reset,
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
    Part(
        lambda pre, h: _candidate_by("σ", pre, h),
        GRU_STAGES,
        "the candidate uses σ where the handout has tanh",
        "Can the candidate be negative?",
    ),
    Part(
        lambda pre, h: _candidate_by("", pre, h),
        GRU_STAGES,
        "the candidate has no tanh",
        "Is the candidate bounded?",
    ),
    Part(
        _gates_read_the_reset_state,
        GRU_STAGES,
        "the update gate reads the state after it was reset",
        "Which state do the two gates look at?",
    ),
    Part(_gates_by_tanh, GRU_STAGES, "the gates use tanh where σ is wanted", RANGE),
)

OF = {"rnn": {"h": RNN}, "lstm": LSTM, "gru": {"h": GRU}}  # kind -> observable -> formulas
