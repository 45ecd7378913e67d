"""Assignment 3B's recurrent models, and what code computes that goes its own way.

All are filled as in `unrolled`. What activates Elman's states and outputs is free, and so is how the two
classifiers with PyTorch's layers are adapted: such ways are right by themselves, and a slip beside one of
them is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array, Value
from tests.harness.equations.a3b_models import POOL, POOLS, SCORES, WORDS, Reviews, ask_for, pooled_and_scored
from tests.harness.equations.algebra import FUNCTIONS
from tests.harness.equations.language_losses import wave
from tests.harness.equations.language_models import SCORES as OF_TOKENS
from tests.harness.equations.language_models import scores_of
from tests.harness.equations.making import Clause, Idea, seldom
from tests.harness.equations.unrolled import BOTH, LAYER, State, Step, hinted, layers, lstm, rnn, unroll

CHECKS = {
    "classifiers::rnn_classifier_*": ["RNNClassifier"],
    "classifiers::lstm_classifier_*": ["LSTMClassifier"],
    "elman::elman_classifier_*": ["ElmanClassifier"],
    "elman::elman_[!c]*": ["Elman"],
    "autoregressive::char_lstm_*": ["CharLSTM"],
}
PHI: dict[str, Callable[[Array], Array]] = {
    **FUNCTIONS,
    "leaky": lambda a: np.where(a > 0, a, 0.01 * a),
    "leakier": lambda a: np.where(a > 0, a, 0.1 * a),
}


# ---- Elman


class Steps(NamedTuple):
    """Inputs (B, T, D), the state that is given or None, and the numbers of hidden units and of outputs."""

    x: Array
    state: Array | None
    units: Array
    outputs: Array


def cell(units: Array, phi: str, sums: str = "both") -> Step:
    def step(x: Array, state: State) -> State:
        (h,) = state
        of_state = h.sum(-1, keepdims=True) * units
        inside = {"state": of_state, "h outside": x}.get(sums, x + of_state)
        new = PHI[phi](inside)
        return (new + h if sums in ("h outside", "h added") else new,)

    return step


def elman(
    case: Steps,
    phi: str = "tanh",
    shown: str = "",
    sums: str = "both",
    start: str = "given",
    reads: str = "its own",
    carries: str = "state",
    runs: str = "all",
    output: str = "of the new state",
    listed: str = "(B, 1, O)",
    joined: str = "cat 1",
    returns: str = "both",
) -> Value:
    def first(rows: int) -> State:
        if case.state is None:
            return ((np.ones if start == "ones" else np.zeros)((rows, len(case.units))),)
        return (np.zeros_like(case.state) if start == "ignored" else case.state,)

    x = case.x.sum(-1, keepdims=True) * case.units
    states, before, after, _ = unroll(x, first, cell(case.units, phi, sums), reads, carries, runs)
    outputs = after
    if output != "none":
        read = before if output == "of the old state" else after
        outputs = PHI[shown](read.sum(-1, keepdims=True) * case.outputs)
    items = list(np.moveaxis(outputs, 1, 0))  # (B, O) of each step
    if listed == "(B, 1, O)":
        items = [each[:, None] for each in items]
    elif listed == "rows":
        items = [row[None] for each in items for row in each]
    how, axis = joined.split() if " " in joined else ("", "0")
    put = {"cat": np.concatenate, "stack": np.stack, "": lambda items, axis: items[-1]}[how]
    return _returned(put(items, axis=int(axis)), [state for (state,) in states], returns)


def _returned(outputs: Array, states: list[Array], returns: str) -> Value:
    return {
        "both": (outputs, states[-1]),
        "exchanged": (states[-1], outputs),
        "first": (outputs, states[0]),
        "outputs": outputs,
        "state": states[-1],
        "first axis": (outputs, states[-1][None]),
        "all states": (outputs, np.stack(states[1:], 1)),
    }[returns]


SUM = "What goes into the one sum of a step, and what does the activation act on?"
JOINED = "Which shape does one output have in your list, and along which axis do the steps lie?"
FREE = {"tanh": "", "ReLU": "", "σ": "", "leaky": "", "leakier": ""}
ELMAN: dict[str, Mapping[Any, Clause]] = {
    "phi": FREE | {"": ("the hidden state has no activation", "Where does φ stand in the equation?")},
    "shown": {"": ""} | FREE,
    "sums": hinted(
        SUM,
        "both",
        {
            "state": "the input does not go into the sum",
            "h outside": "the old state is added outside the activation, without weights",
            "h added": "the old state is added to the new one",
        },
    ),
    "start": hinted(
        "Which state does step 1 read if one is passed, and which if none is?",
        "given",
        {
            "ones": "the first state is ones where none is passed",
            "ignored": "the state that is passed is not used",
        },
    ),
    "reads": hinted(
        "Which slice of x does step 2 read?",
        "its own",
        {
            "first": "every step reads the first slice of x",
            "last token": "every step reads the last slice of x",
            "before its own": "a step reads the slice of x before its own",
            "backwards": "the steps are gone through from the last to the first",
        },
    ),
    "carries": hinted(
        "What does step 4 know about step 1?",
        "state",
        {
            "zeros": "no step reads the state of the one before",
            "first": "every step starts from the first state again",
            "none": "no step changes the state",
        },
    ),
    "runs": {name: clause for name, clause in BOTH["runs"].items() if name != "batch as time"},
    "output": hinted(
        "What does lin2 read, and what is done with its result?",
        "of the new state",
        {
            "of the old state": "the output of a step comes from the state before it",
            "none": "the hidden states come back as the outputs, without the output layer",
        },
    ),
    "listed": hinted(
        JOINED,
        "(B, 1, O)",
        {
            "(B, O)": "the list holds outputs of shape (B, O), without an axis for the steps",
            "rows": "the list holds each row of each output by itself",
        },
    ),
    "joined": hinted(
        JOINED,
        "cat 1",
        {
            "cat 0": "the outputs of all steps are concatenated along axis 0",
            "cat 2": "the outputs of all steps are concatenated along axis 2",
            "stack 0": "the outputs of all steps are stacked along a new axis 0",
            "stack 1": "the outputs of all steps are stacked along a new axis 1",
            "last": "only the output of the last step comes back",
        },
    ),
    "returns": hinted(
        "Which two things does the docstring say come back, and of which shapes?",
        "both",
        {
            "exchanged": "state and outputs come back in the wrong order",
            "first": "the first state comes back, not the last one",
            "outputs": "only the outputs come back",
            "state": "only the state comes back",
            "first axis": "the state comes back as (1, B, hsize)",
            "all states": "the states of all steps come back, not the last one",
        },
    ),
}


def ask_elman(case: Steps) -> dict[str, Any]:
    features, hidden, outputs = case.x.shape[2], len(case.units), len(case.outputs)
    given = [] if case.state is None else [{"float": case.state.tolist()}]
    return {
        "new": ["Elman", features, outputs, hidden],
        "weights": {
            "units": case.units.tolist(),
            "biases": 0,
            "features": features,
            "along": {str(outputs): case.outputs.tolist()},
            "larger": [17, 23, 19],
        },
        "args": [{"float": case.x.tolist()}, *given],
    }


def steps(shape: tuple[int, int, int], hidden: int, outputs: int, phase: float, given: bool = False) -> Steps:
    """A case of so many rows, steps and features."""
    x = wave(*shape, phase=phase)
    state = wave(shape[0], hidden, phase=phase + 1.3, scale=0.8) if given else None
    units, out = wave(hidden, phase=phase + 0.5, scale=0.7), wave(outputs, phase=phase + 2.1, scale=0.9)
    return Steps(x, state, units, out)


# ---- classifiers around a recurrent layer


def recurrent(kind: str, units: Array) -> tuple[Step, int]:
    """A step of a layer of PyTorch's, and the number of parts of its state."""
    if kind == "LSTM":
        return lstm(units, kind), 2
    return rnn(units, kind), 1


def classifier(
    case: Reviews,
    kind: str,
    built: tuple[int, int] = (1, 1),
    first: str = "none",
    pool: str = "max",
    score: str = "raw",
    **how: str,
) -> Array:
    """`built` is the number of layers and of directions, `first` what comes before the pool."""
    units = np.array(case.units)
    step, parts = recurrent(kind, units)
    read = layers(_summed(case), units, step, parts, *built, **how)
    hidden = read.after
    if pool.startswith("state"):
        hidden, pool = read.states[-1][0], {"state": "none", "state, rows": "rows"}[pool]
        hidden = hidden.max(0)[None] if pool == "rows" else hidden
        return pooled_and_scored(case, np.maximum(hidden, 0) if first == "ReLU" else hidden, "none", score)
    return pooled_and_scored(case, np.maximum(hidden, 0) if first == "ReLU" else hidden, pool, score)


def elman_classifier(
    case: Reviews,
    phi: str = "tanh",
    shown: str = "",
    first: str = "ReLU",
    pool: str = "max",
    score: str = "raw",
    **how: str,
) -> Array:
    units = np.array(case.units)
    read = layers(_summed(case), units, cell(units, phi), 1, **how)
    outputs = PHI[shown](read.after.sum(-1, keepdims=True) * units)
    return pooled_and_scored(case, np.maximum(outputs, 0) if first == "ReLU" else outputs, pool, score)


def _summed(case: Reviews) -> Array:
    """The sum of each token's embedding, (B, T, 1)."""
    return np.asarray(case.features * np.array(case.words)[case.tokens][..., None])


LAST = "the last step is taken, not the maximum over all"
ALL_POOLS: dict[Any, Clause] = {
    **POOLS,
    "none": ("nothing is taken over time: each step has its scores", POOL),
}
OF_STATES: dict[Any, Clause] = {
    **ALL_POOLS,
    "state": (LAST, POOL),
    "state, rows": (
        "the largest last state of all rows is taken",
        "Which of the two things that a layer returns has a state for each step?",
    ),
}
READS = {name: clause for name, clause in BOTH["reads"].items() if name != "turned"}
RUNS = {name: clause for name, clause in BOTH["runs"].items() if name != "without last"}
RIGHT_BUILDS: dict[Any, Clause] = {(1, 1): "", (2, 1): "", (1, 2): "", (2, 2): ""}
OFTEN = {
    "kind": ("RNN", "tanh", "GRU", "LSTM"),
    "runs": ("batch as time",),
    "score": ("none",),
    "scores": ("none",),
    "pool": ("min", "rows", "state", "state, rows"),
    "layers": ("one",),
}


def classifier_idea(name: str, right: str, kinds: Mapping[str, str], adapted: Mapping[str, str]) -> Idea:
    return Idea(
        answer=lambda case, kind=right, **way: classifier(case, kind, **way),
        choices={
            "kind": hinted(LAYER, right, kinds) | adapted,
            "built": RIGHT_BUILDS,
            "first": {"none": "", "ReLU": ""},
            "reads": READS,
            "runs": RUNS,
            "pool": OF_STATES,
            "score": SCORES,
        },
        ask=ask_for(name),
        cases=CASES,
        fresh=FRESH,
        senseless=seldom(OFTEN),
    )


def reviews(
    tokens: list[list[int]], words: int, features: int, units: tuple[float, ...], classes: tuple[float, ...]
) -> Reviews:
    return Reviews(np.array(tokens), WORDS[:words], features, units, classes, 0.0)


CASES = [
    reviews([[2, 1, 5, 4, 6], [3, 4, 2, 6, 1]], 7, 2, (0.5, -0.8, 0.3), (0.9, -0.4, 0.6, -0.7)),
    reviews([[5, 2, 4], [4, 6, 2], [6, 1, 2]], 9, 3, (0.4, -0.6), (-0.5, 0.8, 0.3, 0.6)),
]
FRESH = [
    reviews([[7, 2, 8, 4, 1, 5], [3, 8, 2, 6, 1, 4]], 9, 5, (0.6, -0.7), (0.6, -0.9, 0.4)),
    reviews([[1, 4, 5], [3, 2, 6], [5, 5, 1], [2, 6, 3]], 8, 4, (-0.3, 0.8, 0.5), (0.7, 0.4)),
]


# ---- CharLSTM


class Texts(NamedTuple):
    """Tokens (B, T), E, the number of layers, and the numbers of hidden units and of words."""

    tokens: Array
    features: int
    count: int
    units: Array
    rows: Array


def char_lstm(
    case: Texts,
    kind: str = "LSTM",
    count: str = "as asked",
    scores: str = "linear",
    **how: str,
) -> Value:
    step, parts = (
        recurrent(kind, case.units) if kind in ("LSTM", "GRU", "tanh") else (lstm(case.units, kind), 2)
    )
    x = case.features * case.rows[case.tokens][..., None]
    number = {"as asked": case.count, "one": 1, "one more": case.count + 1, "one less": case.count - 1}[count]
    read = layers(x, case.units, step, parts, number, **how)
    return scores_of(case.rows, read, scores)


CHAR_LSTM: dict[str, Mapping[Any, Clause]] = {
    "kind": hinted(
        LAYER,
        "LSTM",
        {
            "tanh": "an nn.RNN takes the place of the LSTM",
            "GRU": "a GRU takes the place of the LSTM",
            "no forget gate": "no forget gate weighs the old cell state",
            "no input gate": "no input gate weighs the candidate",
            "no output gate": "no output gate weighs what is shown",
            "no tanh": "the cell state is shown without tanh",
        },
    ),
    "count": hinted(
        "How many layers does CharLSTM(vocab_size, num_layers=2) have?",
        "as asked",
        {
            "one": "there is one layer, however many are asked for",
            "one more": "there is one layer more than asked for",
        },
    ),
    **BOTH,
    "carries": {name: clause for name, clause in BOTH["carries"].items() if name != "first"},
    "scores": hinted(
        "What lies between the hidden state of a step and its logits, and on which axes?",
        "linear",
        {name: clause for name, clause in OF_TOKENS.items() if name != "shifted"}
        | {"c": "the linear layer reads the cell state c, not h"},
    ),
}


def ask_char_lstm(case: Texts) -> dict[str, Any]:
    return {
        "new": ["CharLSTM", len(case.rows), case.features, len(case.units), case.count],
        "weights": {
            "units": case.units.tolist(),
            "biases": 0,
            "features": case.features,
            "along": {str(len(case.rows)): case.rows.tolist()},
            "larger": [23, 19, 17, case.count],
        },
        "args": [{"int": case.tokens.tolist()}],
    }


def texts(tokens: list[list[int]], sizes: tuple[int, int, int], phase: float, count: int = 1) -> Texts:
    """A case for (V, E, H)."""
    words, features, hidden = sizes
    rows = wave(words, phase=phase, scale=1.2)
    return Texts(np.array(tokens), features, count, wave(hidden, phase=phase + 0.5, scale=0.7), rows)


IDEAS = {
    "RNNClassifier": classifier_idea(
        "RNNClassifier",
        "tanh",
        {
            "LSTM": "an LSTM takes the place of the plain RNN",
            "GRU": "a GRU takes the place of the plain RNN",
            "": "the hidden states have no activation",
        },
        {"ReLU": ""},
    ),
    "LSTMClassifier": classifier_idea(
        "LSTMClassifier",
        "LSTM",
        {
            "tanh": "an nn.RNN takes the place of the LSTM",
            "GRU": "a GRU takes the place of the LSTM",
        },
        {},
    ),
    "Elman": Idea(
        answer=elman,
        choices=ELMAN,
        ask=ask_elman,
        cases=[steps((2, 4, 2), 3, 4, 0.4), steps((3, 5, 3), 2, 4, 1.9, given=True)],
        fresh=[steps((3, 5, 2), 3, 7, 2.6), steps((2, 3, 4), 3, 5, 0.9, given=True)],
        senseless=seldom(
            {
                "phi": ("", "ReLU", "σ"),
                "output": ("none",),
                "carries": ("none",),
                "listed": ("rows", "(B, O)"),
                "joined": ("cat 0",),
                "returns": ("exchanged",),
            }
        ),
    ),
    "ElmanClassifier": Idea(
        answer=elman_classifier,
        choices={
            "phi": FREE,
            "shown": {"": ""} | FREE,
            "first": {"ReLU": "", "none": ""},
            "reads": READS,
            "pool": ALL_POOLS,
            "score": SCORES,
        },
        ask=ask_for("ElmanClassifier"),
        cases=CASES,
        fresh=FRESH,
        senseless=seldom(
            {"score": ("none",), "pool": ("min", "rows"), "phi": ("ReLU", "σ"), "first": ("none",)}
        ),
    ),
    "CharLSTM": Idea(
        answer=char_lstm,
        choices=CHAR_LSTM,
        ask=ask_char_lstm,
        cases=[
            texts([[1, 4, 2, 6], [3, 3, 5, 1]], (7, 3, 4), 0.4),
            texts([[2, 5, 1], [4, 3, 1]], (8, 2, 5), 1.9, 2),
        ],
        fresh=[
            texts([[1, 2, 1, 5, 4], [2, 5, 3, 4, 1], [5, 5, 1, 2, 3]], (6, 2, 7), 2.6),
            texts([[8, 1, 7, 2], [3, 6, 4, 5], [2, 2, 1, 8]], (9, 3, 2), 0.9, 3),
        ],
        senseless=seldom(OFTEN),
    ),
}
