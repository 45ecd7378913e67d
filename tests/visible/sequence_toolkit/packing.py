"""Checks of run_packed, against the same layer of PyTorch's run over each row alone.

The layer lives in the worker, with weights of the grader's. What it gives for each row is asked before any
code of the student's is imported there, so these checks begin with a fresh worker. Padding holds random
numbers, and what stands there in the outputs is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged, as_parts
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.weights import randomise

Array = NDArray[Any]

E, H, T = 3, 5, 7  # two columns more than the longest row below
SORTED = (np.array([5, 4, 2, 1]), "GRU"), (np.array([3]), "GRU"), (np.array([7, 7, 3]), "RNN")
LENGTHS = np.array([2, 5, 1, 4])  # its sort order 1, 3, 0, 2 is not its own inverse
OUTPUTS, STATE = "run_packed's output", "run_packed's hidden state"
ROWS = "Row 0 of what you return: is it row 0 of what came in?"
END = "From which state does the layer start each row, which steps does it read, and where does it end?"


class Layer:
    """A recurrent layer of PyTorch's with random weights, "RNN", "GRU" or "LSTM", batch_first."""

    def __init__(self, student: Any, draw: Draw, kind: str, num_layers: int = 1, both: bool = False) -> None:
        self.student, self.kind = student, kind
        self.states, self.width = num_layers * (1 + both), H * (1 + both)
        options = {"num_layers": num_layers, "bidirectional": both, "batch_first": True}
        self.thing = student.new(f"torch.nn.{kind}", E, H, **options)
        randomise(student, self.thing, draw, 0.6)

    def parts(self, hidden: Any, rows: int, name: str) -> tuple[Array, ...]:
        """Its hidden state, (B, layers, H) each: one tensor, or h and c."""
        shape = (self.states, rows, H)
        if self.kind == "LSTM":
            found = expect(hidden, f"{name} h", f"{name} c", axes="LBH").to_be_shaped(shape, shape)
        else:
            found = (expect(hidden, name, axes="LBH").to_be_shaped(shape),)
        return tuple(part.swapaxes(0, 1) for part in found)

    def alone(self, embedded: Array, lengths: Array) -> tuple[Array, tuple[Array, ...]]:
        """Each row alone, its own steps only: outputs (B, T, width) with zeros behind, hidden parts."""
        outputs = np.zeros((*embedded.shape[:2], self.width), np.float32)
        states = []
        for row, length in enumerate(lengths):
            got = self.student.call(self.thing, embedded[row : row + 1, :length])
            mine, state = got if isinstance(got, tuple) and len(got) == 2 else (got, None)
            outputs[row, :length] = expect(mine, "The layer's outputs").to_be_shaped((1, length, self.width))[
                0
            ]
            states.append(self.parts(state, 1, "The layer's state"))
        return outputs, tuple(np.concatenate(part) for part in zip(*states, strict=True))

    def packed(self, embedded: Array, lengths: Array) -> tuple[Any, Any]:
        """Outputs and hidden as run_packed gives them, of any form."""
        got = self.student.call("run_packed", self.thing, embedded, lengths)
        hint = "Which two things does the layer itself return?"
        outputs, hidden = as_parts(got, "run_packed's (outputs, hidden)", 2, hint=hint)
        return outputs, hidden

    def outputs(self, embedded: Array, lengths: Array) -> Array:
        """Those of run_packed, as wide as the batch or its longest row."""
        got, _ = self.packed(embedded, lengths)
        shape = (len(lengths), (embedded.shape[1], int(max(lengths))), self.width)
        found: Array = expect(without_padding(got, lengths), OUTPUTS, axes="BTH").to_be_shaped(shape)
        return found

    def hidden(self, embedded: Array, lengths: Array) -> tuple[Array, ...]:
        """That of run_packed, in parts."""
        return self.parts(self.packed(embedded, lengths)[1], len(lengths), STATE)


def without_padding(value: Any, lengths: Array) -> Any:
    """Zeros at padding, if this is (B, T, …): what stands there may be anything, -inf and nan too."""
    if not isinstance(value, np.ndarray) or value.ndim != 3 or len(value) != len(lengths):
        return value
    return np.where((np.arange(value.shape[1]) < lengths[:, None])[..., None], value, value.dtype.type(0))


class Case(NamedTuple):
    """A layer, its inputs, and what it gives for each row alone."""

    layer: Layer
    embedded: Array
    lengths: Array
    outputs: Array
    states: tuple[Array, ...]

    @property
    def real(self) -> Array:
        """(B, longest): where there is a step and no padding."""
        return np.arange(max(self.lengths)) < self.lengths[:, None]


def case(
    student: Any, draw: Draw, lengths: Array, kind: str = "GRU", columns: int = T, **options: Any
) -> Case:
    layer = Layer(student, draw, kind, **options)
    embedded = draw.normal(len(lengths), columns, E)
    outputs, states = layer.alone(embedded, lengths)
    return Case(layer, embedded, lengths, outputs[:, : max(lengths)], states)


def shapes(student: Any, draw: Draw) -> None:
    """Four rows, and one row of a single step."""
    for lengths in (LENGTHS, np.array([1])):
        Layer(student, draw, "GRU").outputs(draw.normal(len(lengths), T, E), lengths)


def state_shapes(student: Any, draw: Draw) -> None:
    for lengths in (LENGTHS, np.array([1])):
        Layer(student, draw, "GRU").hidden(draw.normal(len(lengths), T, E), lengths)


def unsorted(draw: Draw) -> tuple[tuple[Array, str], ...]:
    """Batches whose sort order is not its own inverse, some rows of one length, and a layer for each."""
    while True:
        shuffled = np.array([1, 2, 3, 3, 4, 6])[draw.order(6)]
        order = np.argsort(-shuffled, kind="stable")
        if (order[order] != np.arange(6)).any():
            return (LENGTHS, "GRU"), (shuffled, "RNN")


def outputs(student: Any, draw: Draw, batches: Iterable[tuple[Array, str]]) -> None:
    """The outputs of layers for batches of these lengths."""
    for each in [case(student, draw, lengths, kind) for lengths, kind in batches]:
        compare_outputs(each, each.layer.outputs(each.embedded, each.lengths))


def states(student: Any, draw: Draw, batches: Iterable[tuple[Array, str]]) -> None:
    """The hidden state of layers for batches of these lengths."""
    for each in [case(student, draw, lengths, kind) for lengths, kind in batches]:
        compare_states(each, each.layer.hidden(each.embedded, each.lengths))


def other_layers(student: Any, draw: Draw, *kinds: str, **options: Any) -> None:
    """Outputs and every part of the state, for other layers than one GRU."""
    lengths, _ = unsorted(draw)[1]
    found = [case(student, draw, rows, kind, **options) for kind in kinds for rows in (LENGTHS, lengths)]
    for each in found:
        compare_outputs(each, each.layer.outputs(each.embedded, each.lengths))
        compare_states(each, each.layer.hidden(each.embedded, each.lengths))


def compare_outputs(each: Case, got: Array) -> None:
    _compare(OUTPUTS, "BTH", got[:, : each.outputs.shape[1]], each.outputs, each.lengths, each.real)


def compare_states(each: Case, found: tuple[Array, ...]) -> None:
    names = [STATE] if len(found) == 1 else [f"{STATE} {part}" for part in "hc"]
    for name, got, want in zip(names, found, each.states, strict=True):
        _compare(name, "BLH", got, want, each.lengths, np.ones(want.shape[:2], bool))


def _compare(name: str, axes: str, got: Array, want: Array, lengths: Array, real: Array) -> None:
    """`want` is what each row gives alone; rows in each other's places are told from wrong ones."""
    orders = _orders(got, want, lengths, real)
    expect(got, name, axes=axes).to_match(
        want,
        where=real,
        unlike=lambda: {words: want[rows] for words, rows in orders.items()},
        otherwise="{name} is not what rnn gives when it reads the real steps of each row alone, {where}.",
        hint=ROWS if orders else END,
    )


def _orders(got: Array, want: Array, lengths: Array, real: Array) -> dict[str, Array]:
    """The order in which the rows of `want` stand in `got`, by its name; none if some are not there."""
    rows = range(len(want))

    def stands(row: int, place: int) -> bool:
        cells = real[row] & real[place]
        return bool(close(got[place][cells], want[row][cells]).all())

    places = [[row for row in rows if stands(row, place)] for place in rows]
    if len({tuple(found) for found in places}) < len(want) or not all(places):
        return {}
    found = np.array([max(each, key=lambda row: lengths[row]) for each in places])
    by_length = np.argsort(-lengths, kind="stable")
    sorted_rows = (found == by_length).all()
    order = "the order of their lengths" if sorted_rows else "another order"
    return {f"the rows in {order}, not in that of the batch": found}


def inputs_stay(student: Any, draw: Draw) -> None:
    layer = Layer(student, draw, "GRU")
    embedded = draw.normal(len(LENGTHS), T, E)
    _, after = student.call_and_see("run_packed", layer.thing, embedded, LENGTHS)
    if not are_unchanged(after, ..., embedded, LENGTHS):
        raise Mismatch(
            "run_packed changes the embedded rows or the lengths that it is given.",
            "Which of your lines writes into an input?",
        )


def gradients_flow(student: Any, draw: Draw) -> None:
    """d<pull, outputs and hidden> by the embedded rows and by the layer's weights, as of each row alone."""
    each = case(student, draw, LENGTHS)
    rows, columns = each.embedded.shape[:2]
    pulls = draw.normal(rows, columns, H) * _wide(each.real, columns)[..., None], draw.normal(1, rows, H)
    by_row = [
        student.gradients(
            each.layer.thing,
            each.embedded[row : row + 1, :length],
            pull=(pulls[0][row : row + 1, :length], pulls[1][:, row : row + 1]),
        )
        for row, length in enumerate(LENGTHS)
    ]
    want = np.zeros_like(each.embedded)
    for row, (length, gradients) in enumerate(zip(LENGTHS, by_row, strict=True)):
        given = gradients.inputs[0] if gradients.inputs else None
        want[row, :length] = expect(given, "The layer's gradient").to_be_shaped((1, length, E))[0]
    mine = each.layer.outputs(each.embedded, LENGTHS)
    each.layer.hidden(each.embedded, LENGTHS)
    pull = (pulls[0][:, : mine.shape[1]], pulls[1])
    got = student.gradients("run_packed", each.layer.thing, each.embedded, LENGTHS, pull=pull)
    hint = "Which line cuts the way back from what you return to embedded and to rnn?"
    wrong = (
        "Does each result belong to its own row and step, and does a gradient flow back from the "
        "outputs and from the hidden state?"
    )
    slope = got.inputs[0] if got.inputs else None
    if slope is None:
        raise Mismatch("No gradient flows back through run_packed to the embedded rows.", hint)
    expect(slope, "The gradient that run_packed passes back to embedded", axes="BTD").to_match(
        want,
        otherwise="{name} is not what rnn gives when it reads each row alone, {where}.",
        hint=wrong,
    )
    for name, weight in got.weights.items():
        parts = [gradients.weights.get(name) for gradients in by_row]
        if weight is None or any(part is None or part.shape != weight.shape for part in parts):
            raise Mismatch("No gradient flows back through run_packed to the layer's weights.", hint)
        expect(weight, "The gradient of the layer's weights").to_match(
            np.sum(np.float64(parts), 0), hint=wrong
        )


def _wide(real: Array, columns: int) -> Array:
    return np.pad(real, ((0, 0), (0, columns - real.shape[1])))


def width(student: Any, draw: Draw) -> None:
    """A notice: as many columns as came in."""
    layer = Layer(student, draw, "GRU")
    got = layer.outputs(draw.normal(len(LENGTHS), T, E), LENGTHS)
    if got.shape[1] != T:
        raise Mismatch(
            "run_packed's output is only as wide as the longest row, so a mask as wide as the batch does not "
            "fit.",
            "Which width has embedded, and which argument of pad_packed_sequence sets that of the outputs?",
        )
