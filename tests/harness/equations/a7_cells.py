"""What the three cells of assignment 7 compute, and what code computes that goes its own way.

Under the symmetric fill all gates are alike, so a clause tells a gate by its place in the equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.harness.equations.algebra import Case, Numbers, activate, case, equation
from tests.harness.equations.making import Clause, Idea

CHECKS = {
    "cells::vanilla_cell_*": ["VanillaRNNCell"],
    "cells::lstm_cell_*": ["LSTMCell"],
    "cells::gru_cell_*": ["GRUCell"],
}
RANGE = "Which numbers may a valve take, from closed to open?"
STATE_RANGE = "Between which numbers should the state stay?"
READ = "Which two things do the equations put side by side in the brackets?"


def activations(of: str, right: str, hint: str) -> dict[str, Clause]:
    """The function around a part: the right one, and others."""
    others = [name for name in ("σ", "tanh", "ReLU", "softmax", "") if name != right]
    said = {name: f"{of} has {name} where the handout has {right}" for name in others}
    return {right: "", **{name: (said[name] if name else f"{of} has no {right}", hint) for name in others}}


def vanilla(
    s: Any, outside: str = "tanh", reads: str = "h and x", joined: str = "added", brackets: str = "around all"
) -> Any:
    (h,) = s.state
    if reads != "h and x":
        return s.let("h_t", activate(outside, s.of("h", h, None) if reads == "h" else s.of("x", None, s.x)))
    own, new = s.of("h", h, None), s.of("x", None, s.x)
    if brackets == "around each":
        own, new = activate(outside, own), activate(outside, new)
    elif brackets == "around x alone":
        new = activate(outside, new)
    elif brackets == "around h alone":
        own = activate(outside, own)
    both = {"added": lambda: own + new, "subtracted": lambda: own - new, "multiplied": lambda: own * new}
    inside = both[joined]()
    return s.let("h_t", activate(outside, inside) if brackets == "around all" else inside)


VANILLA: dict[str, dict[Any, Clause]] = {
    "outside": activations("the new state", "tanh", STATE_RANGE),
    "reads": {
        "h and x": "",
        "h": ("the input is not read", READ),
        "x": ("the old state is not read", "What does the cell remember, if not through h?"),
    },
    "joined": {
        "added": "",
        "subtracted": "the two terms are subtracted",
        "multiplied": "the two terms are multiplied",
    },
    "brackets": {
        "around all": "",
        "around each": "each term has a function of its own before they are joined",
        "around x alone": "the old state's term is joined outside the function",
        "around h alone": "the input's term is joined outside the function",
    },
}


def lstm(
    s: Any,
    forget: str = "σ",
    let_in: str = "σ",
    output: str = "σ",
    candidate: str = "tanh",
    kept: str = "f C",
    added: str = "i C̃",
    joined: str = "+",
    shown: str = "o tanh(C)",
    memory: str = "new",
    squash: str = "tanh",
    reads: str = "h and x",
    returns: str = "h, C",
) -> Any:
    h, c = s.state
    seen = {"h and x": (h, s.x), "h": (h, None), "x": (None, s.x), "C and x": (c, s.x)}[reads]
    f = s.let("f_t", activate(forget, s.of("f", *seen)))
    i = s.let("i_t", activate(let_in, s.of("i", *seen)))
    o = s.let("o_t", activate(output, s.of("o", *seen)))
    g = s.let("C̃_t", activate(candidate, s.of("c", *seen)))
    keep = {
        "f C": lambda: f * c,
        "C": lambda: c,
        "(1 - f) C": lambda: (1 - f) * c,
        "f + C": lambda: f + c,
        "f h": lambda: f * h,
        "f": lambda: f,
        "f / C": lambda: f / c,
        "": lambda: None,
    }[kept]()
    add = {
        "i C̃": lambda: i * g,
        "C̃": lambda: g,
        "(1 - i) C̃": lambda: (1 - i) * g,
        "i + C̃": lambda: i + g,
        "i C": lambda: i * c,
        "i": lambda: i,
        "i / C̃": lambda: i / g,
        "": lambda: None,
    }[added]()
    if keep is None or add is None:
        new = add if keep is None else keep
    else:
        new = {"+": lambda: keep + add, "-": lambda: keep - add, "*": lambda: keep * add}[joined]()
    new = s.let("C_t", new)
    inner = {"new": new, "old": c, "candidate": g}[memory]
    out = {
        "o tanh(C)": lambda: o * activate(squash, inner),
        "tanh(C)": lambda: activate(squash, inner),
        "tanh(o C)": lambda: activate(squash, o * inner),
        "(1 - o) tanh(C)": lambda: (1 - o) * activate(squash, inner),
        "o + tanh(C)": lambda: o + activate(squash, inner),
        "o / tanh(C)": lambda: o / activate(squash, inner),
        "o": lambda: o,
    }[shown]()
    out = s.let("h_t", out)
    return {
        "h, C": (out, new),
        "C, h": (new, out),
        "h, h": (out, out),
        "h, old C": (out, c),
        "old h, C": (h, new),
        "h, tanh(C)": (out, activate("tanh", new)),
        "h, C̃": (out, g),
    }[returns]


GATE = "With this gate shut, what should be left?"
LSTM: dict[str, dict[Any, Clause]] = {
    "forget": activations("the forget gate", "σ", RANGE),
    "let_in": activations("the input gate", "σ", RANGE),
    "output": activations("the output gate", "σ", RANGE),
    "candidate": activations("the candidate", "tanh", "Can the candidate be negative, and is it bounded?"),
    "kept": {
        "f C": "",
        "C": ("the old cell state is kept whole, no forget gate weighs it", GATE),
        "(1 - f) C": ("the old cell state is weighed by 1 minus the gate", GATE),
        "f + C": ("the forget gate is added to the old cell state", GATE),
        "f h": ("the forget gate weighs the old hidden state", "Which of the two states is the memory?"),
        "f / C": ("the forget gate is divided by the old cell state", GATE),
        "f": ("the old cell state is not read", "Which of the two states is the memory?"),
        "": ("nothing of the old cell state is kept", "Which term of C_t is missing?"),
    },
    "added": {
        "i C̃": "",
        "C̃": ("the candidate enters whole, no input gate weighs it", GATE),
        "(1 - i) C̃": ("the candidate is weighed by 1 minus the gate", GATE),
        "i + C̃": ("the input gate is added to the candidate", GATE),
        "i C": ("the input gate weighs the old cell state, not the candidate", GATE),
        "i / C̃": ("the input gate is divided by the candidate", GATE),
        "i": ("the candidate does not enter", "What is the candidate for?"),
        "": ("nothing new enters the cell state", "Which term of C_t is missing?"),
    },
    "joined": {
        "+": "",
        "-": "the two terms of C_t are subtracted",
        "*": "the two terms of C_t are multiplied",
    },
    "shown": {
        "o tanh(C)": "",
        "tanh(C)": ("no output gate weighs what is shown", "How much of its memory should the cell show?"),
        "tanh(o C)": ("the output gate is inside the tanh", "Does the gate act before or after the tanh?"),
        "(1 - o) tanh(C)": ("what is shown is weighed by 1 minus the gate", GATE),
        "o + tanh(C)": ("the output gate is added to what is shown", GATE),
        "o / tanh(C)": ("the output gate is divided by what is shown", GATE),
        "o": ("the cell state is not shown", "Where does the last equation use C_t?"),
    },
    "memory": {
        "new": "",
        "old": ("h_t is made from the old cell state", "Which cell state does the last equation use?"),
        "candidate": ("h_t is made from the candidate", "Which cell state does the last equation use?"),
    },
    "squash": activations(
        "C_t in the last equation", "tanh", "Compare your last line with the last equation."
    ),
    "reads": {
        "h and x": "",
        "h": ("the gates and the candidate do not read the input", READ),
        "x": ("the gates and the candidate do not read the old hidden state", READ),
        "C and x": ("the gates and the candidate read C_{t-1} where the handout has h_{t-1}", READ),
    },
    "returns": {
        "h, C": "",
        "C, h": ("the new states come back as (C, h)", "In which order does the docstring name them?"),
        "h, h": ("h_t comes back twice, C_t does not", "Which two states does the next step need?"),
        "h, old C": ("the old cell state comes back", "Which two states does the next step need?"),
        "old h, C": ("the old hidden state comes back", "Which two states does the next step need?"),
        "h, tanh(C)": ("tanh(C_t) comes back as the cell state", "Is tanh part of C_t, or only of h_t?"),
        "h, C̃": ("the candidate comes back as the cell state", "Which two states does the next step need?"),
    },
}


def gru(
    s: Any,
    update: str = "σ",
    reset: str = "σ",
    candidate: str = "tanh",
    resets: str = "[r h, x]",
    mix: str = "(1 - z) h + z h̃",
    keeps: str = "h",
    reads: str = "h and x",
) -> Any:
    (h,) = s.state
    seen = {"h": (h, None), "x": (None, s.x)}.get(reads, (h, s.x))
    r = s.let("r_t", activate(reset, s.of("r", *seen)))
    if reads == "z reads r h":
        seen = (r * h, s.x)
    z = s.let("z_t", activate(update, s.of("z", *seen)))
    inside = {
        "[r h, x]": lambda: s.of("", r * h, s.x),
        "[h, x]": lambda: s.of("", h, s.x),
        "r W [h, 0] + W [0, x]": lambda: r * s.of("h", h, None) + s.of("x", None, s.x),
        "r W [h, x]": lambda: r * s.of("", h, s.x),
        "[(1 - r) h, x]": lambda: s.of("", (1 - r) * h, s.x),
        "[r + h, x]": lambda: s.of("", r + h, s.x),
        "[r / h, x]": lambda: s.of("", r / h, s.x),
        "[r, x]": lambda: s.of("", r, s.x),
        "[r h, 0]": lambda: s.of("", r * h, None),
        "[0, x]": lambda: s.of("", None, s.x),
        "r outside": lambda: s.of("", h, s.x),
    }[resets]()
    new = activate(candidate, inside)
    new = s.let("h̃_t", r * new if resets == "r outside" else new)
    old = {"h": lambda: h, "r h": lambda: r * h}[keeps]()
    return s.let(
        "h_t",
        {
            "(1 - z) h + z h̃": lambda: (1 - z) * old + z * new,
            "z h + (1 - z) h̃": lambda: z * old + (1 - z) * new,
            "z h + z h̃": lambda: z * old + z * new,
            "(1 - z) h + (1 - z) h̃": lambda: (1 - z) * old + (1 - z) * new,
            "h + z h̃": lambda: old + z * new,
            "h + (1 - z) h̃": lambda: old + (1 - z) * new,
            "(1 - z) h + h̃": lambda: (1 - z) * old + new,
            "z h + h̃": lambda: z * old + new,
            "h + h̃": lambda: old + new,
            "z h̃": lambda: z * new,
            "h̃": lambda: new,
            "(1 - z) h": lambda: (1 - z) * old,
            "(2 - z) h + z h̃": lambda: (2 - z) * old + z * new,
            "-z h + z h̃": lambda: (0 - z) * old + z * new,
            "(1 - z) + h + z h̃": lambda: (1 - z) + old + z * new,
            "(1 - z) / h + z h̃": lambda: (1 - z) / old + z * new,
            "(1 - z) h + z + h̃": lambda: (1 - z) * old + z + new,
            "(1 - z) h + z / h̃": lambda: (1 - z) * old + z / new,
            "(1 - z) h - z h̃": lambda: (1 - z) * old - z * new,
            "(1 + z) h + z h̃": lambda: (1 + z) * old + z * new,
        }[mix](),
    )


SIDES = "In the handout, what is left of the old state when z is 1, and what when it is 0?"
BRACKET = "What exactly stands in the brackets behind W?"
GRU: dict[str, dict[Any, Clause]] = {
    "update": activations("the update gate", "σ", RANGE),
    "reset": activations("the reset gate", "σ", RANGE),
    "candidate": activations("the candidate", "tanh", "Can the candidate be negative, and is it bounded?"),
    "resets": {
        "[r h, x]": "",
        "[h, x]": ("no reset gate acts on the old state", "What does the candidate see when r is 0?"),
        "r W [h, 0] + W [0, x]": (
            "r is multiplied after the matrix, as PyTorch does",
            "Is r multiplied with the old state, or with what W makes of it?",
        ),
        "r W [h, x]": ("r weighs the input, too", BRACKET),
        "[(1 - r) h, x]": ("the old state is weighed by 1 minus the reset gate", BRACKET),
        "[r + h, x]": ("r is added to the old state", BRACKET),
        "[r / h, x]": ("r is divided by the old state", BRACKET),
        "[r, x]": ("the candidate reads r alone, without the old state", BRACKET),
        "[r h, 0]": ("the candidate does not read the input", BRACKET),
        "[0, x]": ("the candidate does not read the old state", BRACKET),
        "r outside": ("r weighs the finished candidate", BRACKET),
    },
    "mix": {
        "(1 - z) h + z h̃": "",
        "z h + (1 - z) h̃": ("z and 1 − z are exchanged", SIDES),
        "z h + z h̃": ("both terms have z", SIDES),
        "(1 - z) h + (1 - z) h̃": ("both terms have 1 − z", SIDES),
        "h + z h̃": ("the old state is kept whole", SIDES),
        "h + (1 - z) h̃": ("the old state is kept whole and the candidate has 1 − z", SIDES),
        "(1 - z) h + h̃": ("no gate weighs the candidate", SIDES),
        "z h + h̃": ("the old state has z and no gate weighs the candidate", SIDES),
        "h + h̃": ("no update gate weighs the two terms", SIDES),
        "z h̃": ("nothing of the old state is kept", SIDES),
        "h̃": ("the candidate alone comes back", SIDES),
        "(1 - z) h": ("the candidate does not enter", SIDES),
        "(2 - z) h + z h̃": ("the old state has 2 − z", SIDES),
        "-z h + z h̃": ("the old state has −z", SIDES),
        "(1 - z) + h + z h̃": ("1 − z is added to the old state", SIDES),
        "(1 - z) / h + z h̃": ("1 − z is divided by the old state", SIDES),
        "(1 - z) h + z + h̃": ("z is added to the candidate", SIDES),
        "(1 - z) h + z / h̃": ("z is divided by the candidate", SIDES),
        "(1 - z) h - z h̃": ("the candidate's term is subtracted", SIDES),
        "(1 + z) h + z h̃": ("the old state has 1 + z", SIDES),
    },
    "keeps": {
        "h": "",
        "r h": (
            "the reset gate also scales the old state that is kept",
            "Which of the two terms of h_t should r have a say in?",
        ),
    },
    "reads": {
        "h and x": "",
        "h": ("the gates do not read the input", READ),
        "x": ("the gates do not read the old state", READ),
        "z reads r h": (
            "the update gate reads the state after it was reset",
            "Which state do the two gates look at?",
        ),
    },
}


def ask_for(name: str) -> Callable[[Case], dict[str, Any]]:
    """The question to a cell of this name."""

    def ask(case: Case) -> dict[str, Any]:
        state = [{"float": part.tolist()} for part in case.state]
        features = case.x.shape[1]
        weights = {"units": case.units.tolist(), "biases": 0, "larger": [7, 5], "features": features}
        return {
            "new": [name, features, len(case.units)],
            "weights": weights,
            "args": [{"float": case.x.tolist()}, state[0] if len(state) == 1 else {"tuple": state}],
        }

    return ask


def cell(name: str, step: Callable[..., Any], choices: Mapping[str, Any], state: tuple[str, ...]) -> Idea:
    known = [(2, 2, (0.5, -0.8, 0.3), 0.4), (3, 2, (-1.6, 1.9, 1.2), 1.9)]  # sums beyond 1
    fresh = [(3, 4, (0.3, 0.7, -0.4, 0.9), 2.6), (1, 3, (1.1, -0.2), 0.9)]
    cases, others = (
        [case(rows, width, units, len(state), phase) for rows, width, units, phase in some]
        for some in (known, fresh)
    )
    return Idea(
        answer=lambda case, **way: step(Numbers(case), **way),
        choices=choices,
        ask=ask_for(name),
        cases=cases,
        fresh=others,
        equation=equation(step, state),
    )


IDEAS = {
    "VanillaRNNCell": cell("VanillaRNNCell", vanilla, VANILLA, ("h_{t-1}",)),
    "LSTMCell": cell("LSTMCell", lstm, LSTM, ("h_{t-1}", "C_{t-1}")),
    "GRUCell": cell("GRUCell", gru, GRU, ("h_{t-1}",)),
}
