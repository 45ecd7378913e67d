"""A layer of PyTorch's, which a student's run_packed gets, and what that layer gives for each row alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from autograder.checks import Array, Draw, Student, Value, as_parts, close, expect
from tests.visible.sequence_toolkit.support.padding import real, without_padding

E, H, T = 3, 5, 7  # two columns more than the longest row below
LENGTHS = np.array([2, 5, 1, 4])  # its sort order 1, 3, 0, 2 is not its own inverse
OUTPUTS, STATE = "run_packed's output", "run_packed's hidden state"
ROWS = "Row 0 of what you return: is it row 0 of what came in?"
END = "From which state does the layer start each row, which steps does it read, and where does it end?"
Parts = tuple[Array, ...]
Batches = Iterable[tuple[Array, str]]  # the lengths of the rows, and a layer: "RNN", "GRU" or "LSTM"


class Layer:
    """A recurrent layer of PyTorch's with random weights, batch_first."""

    def __init__(
        self, student: Student, draw: Draw, kind: str = "GRU", num_layers: int = 1, both: bool = False
    ) -> None:
        self.student, self.kind = student, kind
        self.states, self.width = num_layers * (1 + both), H * (1 + both)
        made = student.new(
            f"torch.nn.{kind}", E, H, num_layers=num_layers, bidirectional=both, batch_first=True
        )
        self.thing = made.randomised(draw, 0.6)

    def parts(self, hidden: Value, rows: int, name: str) -> Parts:
        """Its hidden state, (B, layers, H) each: one tensor, or h and c."""
        shape = (self.states, rows, H)
        if self.kind == "LSTM":
            found = expect(hidden, f"{name} h", f"{name} c", axes="LBH").to_be_shaped(shape, shape)
        else:
            found = (expect(hidden, name, axes="LBH").to_be_shaped(shape),)
        return tuple(part.swapaxes(0, 1) for part in found)

    def alone(self, embedded: Array, lengths: Array) -> tuple[Array, Parts]:
        """Each row alone, its own steps only: outputs (B, T, width) with zeros behind, hidden parts."""
        outputs = np.zeros((*embedded.shape[:2], self.width), np.float32)
        states = []
        for row, length in enumerate(lengths):
            got = self.thing(embedded[row : row + 1, :length])
            mine, state = got if isinstance(got, tuple) and len(got) == 2 else (got, None)
            shape = (1, length, self.width)
            outputs[row, :length] = expect(mine, "The layer's outputs").to_be_shaped(shape)[0]
            states.append(self.parts(state, 1, "The layer's state"))
        return outputs, tuple(np.concatenate(part) for part in zip(*states, strict=True))

    def packed(self, embedded: Array, lengths: Array) -> tuple[Value, ...]:
        """Outputs and hidden as run_packed gives them, of any form."""
        got = self.student.call("run_packed", self.thing, embedded, lengths)
        hint = "Which two things does the layer itself return?"
        return as_parts(got, "run_packed's (outputs, hidden)", 2, hint=hint)

    def outputs(self, embedded: Array, lengths: Array) -> Array:
        """Those of run_packed, as wide as the batch or its longest row."""
        got = without_padding(self.packed(embedded, lengths)[0], lengths)
        shape = (len(lengths), (embedded.shape[1], int(max(lengths))), self.width)
        found: Array = expect(got, OUTPUTS, axes="BTH").to_be_shaped(shape)
        return found

    def hidden(self, embedded: Array, lengths: Array) -> Parts:
        """That of run_packed, in parts."""
        return self.parts(self.packed(embedded, lengths)[1], len(lengths), STATE)


@dataclass(frozen=True)
class Case:
    """A batch for a layer, and what the layer gives for each row alone."""

    layer: Layer
    embedded: Array
    lengths: Array
    outputs: Array
    states: Parts

    def compare_outputs(self) -> None:
        got = self.layer.outputs(self.embedded, self.lengths)[:, : self.outputs.shape[1]]
        self._compare(OUTPUTS, "BTH", got, self.outputs, real(self.lengths))

    def compare_states(self) -> None:
        found = self.layer.hidden(self.embedded, self.lengths)
        names = [STATE] if len(found) == 1 else [f"{STATE} {part}" for part in "hc"]
        for name, got, want in zip(names, found, self.states, strict=True):
            self._compare(name, "BLH", got, want, np.ones(want.shape[:2], bool))

    def _compare(self, name: str, axes: str, got: Array, want: Array, counted: Array) -> None:
        """Rows in each other's places are told from wrong ones."""
        orders = _orders(got, want, self.lengths, counted)
        expect(got, name, axes=axes).to_match(
            want,
            where=counted,
            unlike=lambda: {words: want[rows] for words, rows in orders.items()},
            otherwise="{name} is not what rnn gives when it reads the real steps of each row alone, {where}.",
            hint=ROWS if orders else END,
        )


def cases(
    student: Student, draw: Draw, batches: Batches, num_layers: int = 1, both: bool = False
) -> list[Case]:
    """Layers and rows for all batches, before run_packed is called for the first time."""
    found = []
    for lengths, kind in batches:
        layer = Layer(student, draw, kind, num_layers, both)
        embedded = draw.normal(len(lengths), max(T, max(lengths) + 1), E)
        outputs, states = layer.alone(embedded, lengths)
        found.append(Case(layer, embedded, lengths, outputs[:, : max(lengths)], states))
    return found


def unsorted(draw: Draw) -> Array:
    """Lengths whose sort order is not its own inverse, some of them equal; how many, no code can know."""
    lengths = np.array([1, 2, 3, 3, 4, 6])
    if not draw.symmetric:
        longest = int(draw.integers(7, 50))
        lengths = np.append(lengths, draw.integers(1, longest + 1, int(draw.integers(6, 20))))
    while True:
        shuffled = lengths[draw.order(len(lengths))]
        order = np.argsort(-shuffled, kind="stable")
        if (order[order] != np.arange(len(lengths))).any():
            return shuffled


def _orders(got: Array, want: Array, lengths: Array, counted: Array) -> dict[str, Array]:
    """The order in which the rows of `want` stand in `got`, by its name; none if some are not there."""
    rows = range(len(want))

    def stands(row: int, place: int) -> bool:
        cells = counted[row] & counted[place]
        return bool(close(got[place][cells], want[row][cells]).all())

    places = [[row for row in rows if stands(row, place)] for place in rows]
    if len({tuple(found) for found in places}) < len(want) or not all(places):
        return {}
    found = np.array([max(each, key=lambda row: lengths[row]) for each in places])
    sorted_rows = (found == np.argsort(-lengths, kind="stable")).all()
    order = "the order of their lengths" if sorted_rows else "another order"
    return {f"the rows in {order}, not in that of the batch": found}
