"""What the two language models compute, and what code computes that goes its own way.

All weights of one row are alike: row j of every matrix of the recurrent layer is `units[j]`, row v of the
embedding and of the linear layer is `rows[v]`. So a step adds up what it reads, and all gates are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array, Value
from tests.harness.equations.algebra import FUNCTIONS
from tests.harness.equations.language_losses import wave
from tests.harness.equations.language_provided import softmax
from tests.harness.equations.making import Idea, Way
from tests.harness.equations.unrolled import BOTH, LAYER, State, Step, Unrolled, hinted, lstm, rnn, unroll

CHECKS = {"models::rnn_*": ["VanillaRNNLM"], "models::lstm_*": ["LSTMLM"]}


class Read(NamedTuple):
    """Tokens (B, T), the state that is given or None, E, and the weights."""

    tokens: Array
    state: State | None
    features: int
    units: Array
    rows: Array


# ---- from the tokens to what comes back


def model(
    case: Read,
    of_layer: Callable[[Array, str], Step],
    parts: int,
    layer: str,
    start: str = "given",
    reads: str = "its own",
    carries: str = "state",
    runs: str = "all",
    scores: str = "linear",
    returns: str = "both",
) -> Value:
    x = case.features * case.rows[case.tokens][..., None] * case.units
    read = unroll(
        x,
        lambda rows: _start(case, rows, parts, start),
        of_layer(case.units, layer),
        reads,
        carries,
        runs,
    )
    return _returned(scores_of(case.rows, read, scores), read.states, returns)


def _start(case: Read, rows: int, parts: int, start: str) -> State:
    shape = rows, len(case.units)
    if case.state is None:
        return ((np.ones if start == "ones" else np.zeros)(shape),) * parts
    zeros = tuple(np.zeros_like(part) for part in case.state)
    return {
        "ignored": zeros,
        "h alone": (case.state[0], *zeros[1:]),
        "c alone": (zeros[0], *case.state[1:]),
        "exchanged": case.state[::-1],
    }.get(start, case.state)


def scores_of(weights: Array, unrolled: Unrolled, scores: str) -> Array:
    """The logits; `weights` has one number for each word."""
    after = unrolled.after
    read = {
        "before": unrolled.before,
        "shifted": np.concatenate([np.zeros_like(after[:, :1]), after[:, :-1]], 1),
        "c": unrolled.memory,
        "tanh": np.tanh(after),
        "ReLU first": np.maximum(after, 0),
        "averaged": np.broadcast_to(after.mean(1, keepdims=True), after.shape),
        "mean added": after + after.mean(1, keepdims=True),
        "last": after[:, -1],
        "last, a step": after[:, -1:],
    }.get(scores, after)
    logits = read.sum(-1, keepdims=True) * weights
    after_linear: dict[str, Callable[[Array], Array]] = {
        "none": lambda a: after,
        "softmax": softmax,
        "log-softmax": lambda a: np.log(softmax(a)),
        "over steps": lambda a: softmax(a.swapaxes(1, 2)).swapaxes(1, 2),
        "sigmoid": FUNCTIONS["σ"],
        "ReLU after": FUNCTIONS["ReLU"],
        "time first": lambda a: a.swapaxes(0, 1),
        "time first, reshaped": lambda a: a.swapaxes(0, 1).reshape(a.shape),
        "viewed": lambda a: a.reshape(a.shape[1], a.shape[0], -1).swapaxes(0, 1),
        "without mean": lambda a: a - a.mean(0, keepdims=True),
    }
    return after_linear.get(scores, lambda a: a)(logits)


def _returned(logits: Array, states: list[State], returns: str) -> Value:
    def packed(state: State) -> Value:
        return tuple(part[None] for part in state) if len(state) > 1 else state[0]

    first, one_before, last = packed(states[0]), packed(states[-2]), packed(states[-1])
    return {
        "both": (logits, last),
        "exchanged": (last, logits),
        "first": (logits, first),
        "one before": (logits, one_before),
        "logits": logits,
        "state": last,
        "c, h": (logits, last[::-1]),
        "h": (logits, last[0]),
        "no first axis": (logits, states[-1]),
        "first axis": (logits, states[-1][0][None]),
        "all states": (logits, np.stack([state[0] for state in states[1:]], 1)),
    }[returns]


# ---- what may be otherwise


STARTS = {
    "ones": "the first state is ones where none is given",
    "ignored": "the state that is given is not used",
}
SCORES = {
    "before": "the logits of a step come from the state before it",
    "shifted": "the logits of a step come from the state after the step before, of the first one from zeros",
    "tanh": "a tanh stands between a state and its logits",
    "ReLU first": "a ReLU stands between a state and its logits",
    "averaged": "the states of all steps are averaged before the linear layer",
    "mean added": "the mean of all states is added to each before the linear layer",
    "last": "only the last step has logits",
    "last, a step": "only the last step has logits",
    "none": "the hidden states come back, without the linear layer",
    "softmax": "a softmax follows the linear layer",
    "log-softmax": "a log-softmax follows the linear layer",
    "over steps": "a softmax over the steps follows the linear layer",
    "sigmoid": "a sigmoid follows the linear layer",
    "ReLU after": "a ReLU follows the linear layer",
    "time first": "the logits come back as (T, B, V)",
    "time first, reshaped": "the logits of shape (T, B, V) are reshaped, which mixes up rows and steps",
    "viewed": "the logits are reshaped to (T, B, V), which mixes up rows and steps",
    "without mean": "the mean over the rows of the batch is subtracted from the logits",
}
RETURNS = {
    "exchanged": "state and logits come back in the wrong order",
    "first": "the first state comes back, not the last one",
    "one before": "the state before the last step comes back",
    "logits": "only the logits come back",
    "state": "only the state comes back",
}
START = "Does your model use the state that it is given, and zeros where none is?"
LIES = "What lies between the hidden state of a step and its logits, and on which axes?"
BACK = "Which two things does the docstring say come back, and of which shapes?"
RARE = {  # seldom done beside another slip
    *("GRU", "two layers", "h added", "h outside", "clamped", "no input", "σ", "no forget gate", "1 - f"),
    *("no input gate", "no output gate", "no tanh", "turned", "before its own", "shifted", "ReLU first"),
    *("averaged", "mean added", "last", "last, a step", "log-softmax", "over steps", "sigmoid", "ReLU after"),
    *("viewed", "without mean", "c alone", "one before", "state"),
}


def is_rare(way: Way) -> bool:
    """Whether a way has what is seldom done beside another slip."""
    return len(way) > 1 and not RARE.isdisjoint(way.values())


def ask_for(name: str) -> Callable[[Read], dict[str, Any]]:
    def ask(case: Read) -> dict[str, Any]:
        words = len(case.rows)
        given = [{"float": part.tolist()} for part in case.state or ()]
        both = [{"tuple": [{"float": [part["float"]]} for part in given]}] if len(given) > 1 else given
        return {
            "new": [name, words, case.features, len(case.units)],
            "weights": {
                "units": case.units.tolist(),
                "biases": 0,
                "features": case.features,
                "along": {str(words): case.rows.tolist()},
                "larger": [23, 19, 17],
            },
            "args": [{"int": case.tokens.tolist()}, *both],
        }

    return ask


def read(tokens: list[list[int]], sizes: tuple[int, int, int], phase: float, parts: int = 0) -> Read:
    """A case for (V, E, H), with a state of so many parts."""
    words, features, hidden = sizes
    state = tuple(wave(len(tokens), hidden, phase=phase + 1 + k, scale=0.8) for k in range(parts))
    rows = wave(words, phase=phase, scale=1.2)
    return Read(np.array(tokens), state or None, features, wave(hidden, phase=phase + 0.5, scale=0.7), rows)


def idea(
    name: str, of_layer: Callable[[Array, str], Step], parts: int, choices: Mapping[str, Mapping[str, str]]
) -> Idea:
    right = next(iter(choices["layer"]))
    others = {key: each for key, each in choices["layer"].items() if key != right}
    return Idea(
        answer=lambda case, layer=right, **way: model(case, of_layer, parts, layer, **way),
        choices={
            "layer": hinted(LAYER, right, others),
            "start": hinted(START, "given", STARTS | choices["start"]),
            **BOTH,
            "scores": hinted(LIES, "linear", SCORES | choices["scores"]),
            "returns": hinted(BACK, "both", RETURNS | choices["returns"]),
        },
        ask=ask_for(name),
        cases=[
            read([[1, 4, 2, 6], [3, 3, 5, 1]], (7, 3, 4), 0.4),
            read([[2, 5, 1], [4, 0, 3], [1, 1, 5]], (8, 2, 5), 1.9, parts),
        ],
        fresh=[
            read([[1, 2, 1, 5, 4], [2, 0, 3, 4, 1], [5, 5, 1, 2, 3]], (6, 2, 7), 2.6),
            read([[8, 1, 7, 2], [3, 6, 4, 5], [2, 2, 1, 8], [6, 5, 0, 3]], (9, 3, 2), 0.9, parts),
        ],
        senseless=is_rare,
    )


IDEAS = {
    "VanillaRNNLM": idea(
        "VanillaRNNLM",
        rnn,
        1,
        {
            "layer": {
                "tanh": "",
                "ReLU": "ReLU stands where the equation has tanh",
                "σ": "σ stands where the equation has tanh",
                "": "the new state has no tanh",
                "no input": "the tokens are not read",
                "h outside": "the old state is added outside the tanh, without weights",
                "h added": "the old state is added to the new one",
                "clamped": "states below 0 are set to 0",
                "two layers": "two layers are stacked",
                "GRU": "a GRU takes the place of the vanilla RNN",
            },
            "start": {},
            "scores": {},
            "returns": {
                "first axis": "the state comes back as (1, B, H)",
                "all states": "the states of all steps come back, not the last one",
            },
        },
    ),
    "LSTMLM": idea(
        "LSTMLM",
        lstm,
        2,
        {
            "layer": {
                "LSTM": "",
                "GRU": "a GRU takes the place of the LSTM",
                "no forget gate": "no forget gate weighs the old cell state",
                "1 - f": "the old cell state is weighed by 1 minus the forget gate",
                "no input gate": "no input gate weighs the candidate",
                "no output gate": "no output gate weighs what is shown",
                "no tanh": "the cell state is shown without tanh",
            },
            "start": {
                "h alone": "only h of the given state is used, and c starts from zeros",
                "c alone": "only c of the given state is used, and h starts from zeros",
                "exchanged": "h and c of the given state are exchanged",
            },
            "scores": {"c": "the linear layer reads the cell state c, not h"},
            "returns": {
                "c, h": "the last state comes back as (c, h)",
                "h": "only h of the last state comes back",
                "no first axis": "h and c come back as (B, H)",
                "all states": "the hidden states of all steps come back, not the last state",
            },
        },
    ),
}
