"""Worked examples of assignment 7: DeepRNN over a few steps, made of cells whose weights are all 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.harness.worked.making import Idea, example, floats, ints, sigma, step, tanh

RNN, LSTM, GRU, STACK = (f"DeepRNN {each}" for each in ("rnn", "lstm", "gru", "in layers"))
CHECKS = {
    "loop::lstm_loop_*": [LSTM],
    "loop::gru_loop_*": [GRU],
    "loop::last_valid_state_of_an_lstm": [LSTM],
    "loop::last_valid_state_of_a_stack": [STACK, GRU],
    "loop::stack*_*": [STACK, LSTM],
    "loop::second_layer_*": [STACK],
    "loop::three_layers_*": [STACK],
    "loop::every_layer_*": [STACK],
    "loop::rows_of_a_stack_*": [STACK],
    **{
        f"loop::{name}": [RNN, LSTM, GRU]
        for name in (
            "rnn_loop_*",
            "loop_*",
            "gradients_*",
            "last_valid_state_of_each_row",
            "padding_*",
            "a_row_alone_*",
        )
    },
}
AFTER = {RNN: ["VanillaRNNCell"], LSTM: ["LSTMCell"], GRU: ["GRUCell"], STACK: ["VanillaRNNCell"]}

PAD = 9  # what stands in padding: a state that has read it is far off
ONES = [("every weight", 1), ("every bias", 0)]
SMALL = "₀₁₂₃"


def asks(
    kind: str, rows: Sequence[Sequence[float]], lengths: Sequence[int], layers: int = 1
) -> dict[str, Any]:
    return {
        "new": ["DeepRNN", kind, 1, 1, layers],
        "weights": {"units": [1], "biases": 0, "features": 1, "larger": [kind, 7, 5, layers]},
        "args": [floats(*([[each] for each in row] for row in rows)), ints(*lengths)],
    }


def states(x: Sequence[float]) -> list[float]:
    """Those of a vanilla layer."""
    found = [0.0]
    for each in x:
        found.append(tanh(found[-1] + each))
    return found[1:]


def one_row(
    kind: str, x: Sequence[float], steps: list[list[Any]], last: float, layers: int = 1
) -> dict[str, Any]:
    several = f" with {layers} layers" if layers > 1 else ""
    return example(
        f'DeepRNN("{kind}", 1, 1){several} on one row of length {len(x)}',
        [(f"x{SMALL[t + 1]}", each) for t, each in enumerate(x)] + ONES,
        [*steps, step("last_valid", f"h{SMALL[len(x)]}", last, [1, 0])],
        asks(kind, [x], [len(x)], layers),
    )


def rnn(x: Sequence[float]) -> dict[str, Any]:
    found = states(x)
    how = ["tanh(x₁)", "tanh(h₁ + x₂)", "tanh(h₂ + x₃)"]
    steps = [step(f"h{SMALL[t + 1]}", how[t], h, [0, 0, t]) for t, h in enumerate(found)]
    return one_row("rnn", x, steps, found[-1])


def rnn_padded(x: float) -> dict[str, Any]:
    return example(
        'DeepRNN("rnn", 1, 1) on one row of length 1, with one column of padding',
        [("x₁", x), ("padding", PAD), ("length", 1), *ONES],
        [step("h₁", "tanh(x₁)", tanh(x), [0, 0, 0]), step("last_valid", "h₁", tanh(x), [1, 0])],
        asks("rnn", [[x, PAD]], [1]),
    )


def rnn_rows(lengths: Sequence[int]) -> dict[str, Any]:
    """Two rows with small inputs; what counts is from which column each row's last state is."""
    rows = [[1, -2], [-1, 1]]
    given = [(f"row {i}", row[:length]) for i, (row, length) in enumerate(zip(rows, lengths, strict=True))]
    padded = [row[:length] + [PAD] * (2 - length) for row, length in zip(rows, lengths, strict=True)]
    steps = []
    for i, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        how = ["tanh(x₁)", "tanh(tanh(x₁) + x₂)"]
        found = states(row[:length])
        steps += [step(f"h{SMALL[t + 1]}, row {i}", how[t], found[t], [0, i, t]) for t in range(length)]
    for i, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        steps.append(
            step(f"last_valid, row {i}", f"h{SMALL[length]} of this row", states(row[:length])[-1], [1, i])
        )
    return example(
        f'DeepRNN("rnn", 1, 1) on two rows of lengths {lengths[0]} and {lengths[1]}',
        [*given, *ONES],
        steps,
        asks("rnn", padded, lengths),
        alone=True,
    )


def lstm(x: Sequence[float]) -> dict[str, Any]:
    h = c = 0.0
    steps = []
    for t, each in enumerate(x):
        a = h + each
        c = sigma(a) * (c + tanh(a))
        h = sigma(a) * tanh(c)
        now, before = SMALL[t + 1], SMALL[t]
        inside = f"h{before} + x{now}" if t else "x₁"
        memory = f"C{before} + tanh({inside})" if t else "tanh(x₁)"
        steps += [
            step(f"C{now}", f"σ({inside})·({memory})" if t else "σ(x₁)·tanh(x₁)", c),
            step(f"h{now}", f"σ({inside})·tanh(C{now})", h, [0, 0, t]),
        ]
    return one_row("lstm", x, steps, h)


def gru(x: Sequence[float]) -> dict[str, Any]:
    h, steps = 0.0, []
    for t, each in enumerate(x):
        z = sigma(h + each)
        h = (1 - z) * h + z * tanh(z * h + each)
        now, before = SMALL[t + 1], SMALL[t]
        inside = f"h{before} + x{now}" if t else "x₁"
        old = f"(1 − z{now})·h{before} + z{now}·tanh(r{now}·h{before} + x{now})" if t else "z₁·tanh(x₁)"
        steps += [step(f"z{now} = r{now}", f"σ({inside})", z), step(f"h{now}", old, h, [0, 0, t])]
    return one_row("gru", x, steps, h)


def padded(kind: str, make: Callable[[Sequence[float]], dict[str, Any]], x: float) -> dict[str, Any]:
    """The example of one step with padding behind it."""
    made = make([x])
    return made | {
        "title": f'DeepRNN("{kind}", 1, 1) on one row of length 1, with one column of padding',
        "given": [["x₁", [x]], ["padding", [PAD]], *made["given"][1:]],
        "ask": asks(kind, [[x, PAD]], [1]),
    }


def stack(x: Sequence[float], layers: int = 2) -> dict[str, Any]:
    below, steps = list(x), []
    for layer, name in zip(range(layers), "abh"[3 - layers :] if layers < 3 else "abh", strict=True):
        above = states(below)
        is_top, under = layer == layers - 1, "xab"[layer] if layers == 3 else ("x" if layer == 0 else "b")
        for t, each in enumerate(above):
            now, before = SMALL[t + 1], SMALL[t]
            how = f"tanh({name}{before} + {under}{now})" if t else f"tanh({under}₁)"
            steps.append(step(f"{name}{now}, layer {layer + 1}", how, each, [0, 0, t] if is_top else None))
        below = above
    return one_row("rnn", x, steps, below[-1], layers)


def lstm_stack(x: float) -> dict[str, Any]:
    """Two layers, one step: the memory of the upper one begins with 0, too."""
    c = sigma(x) * tanh(x)
    a = sigma(x) * tanh(c)
    top = sigma(a) * tanh(a)
    h = sigma(a) * tanh(top)
    return one_row(
        "lstm",
        [x],
        [
            step("a₁, layer 1", "σ(x₁)·tanh(σ(x₁)·tanh(x₁))", a),
            step("h₁, layer 2", "σ(a₁)·tanh(σ(a₁)·tanh(a₁))", h, [0, 0, 0]),
        ],
        h,
        2,
    )


def ideas() -> dict[str, Idea]:
    return {
        RNN: [rnn([1]), rnn([1, -2]), rnn_padded(2), rnn([1, -2, 1]), rnn_rows([1, 2]), rnn_rows([2, 1])],
        LSTM: [lstm([1]), lstm([2, -1]), padded("lstm", lstm, 2), lstm([2, -1, 1])],
        GRU: [gru([1]), gru([1, -2]), padded("gru", gru, 2), gru([1, -2, 1])],
        STACK: [stack([1]), stack([1, -2]), stack([1], layers=3), lstm_stack(2)],
    }
