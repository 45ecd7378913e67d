"""A recurrent layer under the symmetric fill, step by step, and what code does otherwise on the way.

All weights of one row are alike: row j of every matrix of the layer is `units[j]`. So a step adds up what it
reads, and all gates are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause

State = tuple[Array, ...]  # (h,) or (h, c), each (B, H)
Step = Callable[[Array, State], State]  # of W_x x_t and the old state


class Unrolled(NamedTuple):
    """The states from the first to the last one, and, (B, T, H), the hidden states around each step.

    `memory` are the cell states of an LSTM after each step.
    """

    states: list[State]
    before: Array
    after: Array
    memory: Array


def unroll(
    x: Array,
    first: Callable[[int], State],
    step: Step,
    reads: str = "its own",
    carries: str = "state",
    runs: str = "all",
) -> Unrolled:
    """All steps over W_x x (B, T, H), from the first state of so many rows."""
    if runs == "batch as time":
        x = x.swapaxes(0, 1)
    x = x[:, : {"over rows": len(x), "without last": -1}.get(runs)]
    states = [first(len(x))]
    for t in range(x.shape[1]):
        at = {
            "first": 0,
            "last token": -1,
            "backwards": -1 - t,
            "turned": -1 - t,
            "before its own": max(0, t - 1),
        }
        zeros = tuple(np.zeros_like(part) for part in states[0])
        old = {"zeros": zeros, "first": states[0]}.get(carries, states[-1])
        states.append(old if carries == "none" else step(x[:, at.get(reads, t)], old))
    time = 0 if runs == "batch as time" else 1
    before, after = (np.stack([state[0] for state in some], time) for some in (states[:-1], states[1:]))
    if reads == "turned":
        after = np.flip(after, time)
    return Unrolled(states, before, after, np.stack([state[-1] for state in states[1:]], time))


def layers(
    x: Array, units: Array, step: Step, parts: int, count: int = 1, directions: int = 1, **how: str
) -> Unrolled:
    """Several layers that start from zeros, over what is summed up (B, T, 1); the last layer's states."""

    def first(rows: int) -> State:
        return (np.zeros((rows, len(units))),) * parts

    for _ in range(count):
        found = unroll(x * units, first, step, **how)
        if directions > 1:
            back = unroll(x[:, ::-1] * units, first, step, **how)
            found = found._replace(after=np.concatenate([found.after, back.after[:, ::-1]], -1))
        x = found.after.sum(-1, keepdims=True)
    return found


# ---- the steps


def rnn(units: Array, layer: str) -> Step:
    def of_state(h: Array) -> Array:
        return h.sum(-1, keepdims=True) * units

    def gru(x: Array, h: Array) -> Array:
        z = FUNCTIONS["σ"](x + of_state(h))
        return np.asarray((1 - z) * np.tanh(x + z * of_state(h)) + z * h)

    steps: dict[str, Callable[[Array, Array], Array]] = {
        "no input": lambda x, h: np.tanh(of_state(h)),
        "h outside": lambda x, h: np.tanh(x) + h,
        "h added": lambda x, h: h + np.tanh(x + of_state(h)),
        "clamped": lambda x, h: np.maximum(0, np.tanh(x + of_state(h))),
        "two layers": lambda x, h: np.tanh(of_state(np.tanh(x + of_state(h)) + h)),
        "GRU": gru,
    }
    step = steps.get(layer, lambda x, h: FUNCTIONS[layer](x + of_state(h)))
    return lambda x, state: (step(x, state[0]),)


def lstm(units: Array, layer: str) -> Step:
    def step(x: Array, state: State) -> State:
        h, c = state
        inside = x + h.sum(-1, keepdims=True) * units
        gate, new = FUNCTIONS["σ"](inside), np.tanh(inside)
        if layer == "GRU":
            h = (1 - gate) * np.tanh(x + gate * (inside - x)) + gate * h
            return h, h
        c = {"no forget gate": c, "1 - f": (1 - gate) * c}.get(layer, gate * c) + (
            new if layer == "no input gate" else gate * new
        )
        shown = c if layer == "no tanh" else np.tanh(c)
        return shown if layer == "no output gate" else gate * shown, c

    return step


# ---- what may be otherwise


def hinted(hint: str, right: str, clauses: Mapping[str, str]) -> dict[Any, Clause]:
    return {right: "", **{name: (clause, hint) for name, clause in clauses.items()}}


LAYER = "Which layer does the docstring name, and what is its equation?"
BOTH: dict[str, dict[Any, Clause]] = {
    "reads": hinted(
        "Which token does step 2 read?",
        "its own",
        {
            "first": "every step reads the first token",
            "last token": "every step reads the last token",
            "before its own": "a step reads the token before its own",
            "backwards": "the tokens are read from the last to the first",
            "turned": "the tokens are read from the last to the first, and the states are turned back",
        },
    ),
    "carries": hinted(
        "What does step 4 know about step 1?",
        "state",
        {
            "zeros": "every step starts from zeros",
            "first": "every step starts from the first state again",
            "none": "no step changes the state",
        },
    ),
    "runs": hinted(
        "Along which axis do the steps lie, and how many are there?",
        "all",
        {
            "over rows": "the loop runs as often as there are rows",
            "without last": "the last step is left out",
            "batch as time": "the rows of the batch are taken for steps in time",
        },
    ),
}
