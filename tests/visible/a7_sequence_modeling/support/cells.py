"""The three cells: how they are called, what makes one sound, and what is asked of any model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Expectation,
    Mismatch,
    Student,
    Thing,
    Value,
    expect,
    listing,
    sequences,
    trainable,
)

D, H = 7, 5
NOTICEABLE = 1e-2  # change of a state when what it is made of changes by about 1
IN_PLACE = (
    "Which line calls a method with an underscore at its end, uses += or assigns to a slice of an input?"
)

State = Array | tuple[Array, ...]  # of an LSTM (h, C), as its forward takes and returns them


class Cell(NamedTuple):
    """What a cell is called, the parts of its state, and the matrices [W_h, W_x] and biases it must learn."""

    name: str
    states: tuple[str, ...]
    matrices: int
    biases: int

    @property
    def numbers(self) -> int:
        return self.matrices * H * (H + D) + self.biases * H

    def state(self, draw: Draw, rows: int = 4) -> State:
        """A random state, or as many numbers that pull at one."""
        return packed(draw.normal(rows, H) for _ in self.states)

    def zeros(self, rows: int) -> State:
        return packed(np.zeros((rows, H), np.float32) for _ in self.states)

    def inputs(self, draw: Draw, rows: int = 4) -> tuple[Array, State]:
        return draw.normal(rows, D), self.state(draw, rows)

    def expect(self, got: Value) -> Expectation:
        return expect(got, *(f"{self.name}'s new {state}" for state in self.states), axes="BH")

    def run(self, thing: Thing, x: Array, state: State) -> State:
        return self.clean(thing(x, state), len(x))

    def clean(self, got: Value, rows: int) -> State:
        """The new state, if it is one."""
        new: State = self.expect(got).to_be_shaped(*[(rows, H)] * len(self.states))
        return new


VANILLA = Cell("VanillaRNNCell", ("hidden state",), 1, 1)
LSTM = Cell("LSTMCell", ("hidden state", "cell state"), 4, 4)
GRU = Cell("GRUCell", ("hidden state",), 3, 0)
KINDS = {"rnn": VANILLA, "gru": GRU, "lstm": LSTM}


def packed(parts: Iterable[Array]) -> State:
    """The parts of a state as a cell takes them."""
    first, *rest = parts
    return (first, *rest) if rest else first


def parts(state: State) -> tuple[Array, ...]:
    return state if isinstance(state, tuple) else (state,)


# ---- what makes a cell sound


def same_again(student: Student, draw: Draw, cell: Cell) -> None:
    """Two calls agree, in training mode, too, and the inputs are afterwards what they were."""
    thing = student.new(cell.name, D, H)
    x, state = cell.inputs(draw)
    got, after = thing.call_and_see(x, state, seed=1)
    first = cell.clean(got, len(x))
    sequences.inputs_stay(cell.name, after, x, state, hint=IN_PLACE)
    cell.expect(thing(x, state, seed=2)).to_match(
        first,
        otherwise="{name} differs between two calls with the same input.",
        hint="Does forward make new layers or random numbers, or keep something from the call before?",
    )
    cell.expect(thing(x, state, seed=3, train=True)).to_match(
        first,
        otherwise="{name} in training mode is not that of evaluation mode.",
        hint="Do the equations have anything that is random, such as dropout?",
    )


def rows_stay_apart(student: Student, draw: Draw, cell: Cell) -> None:
    """A row alone gives what it gives in a batch, also in one that a cut along the wrong axis survives."""
    thing = student.new(cell.name, D, H).randomised(draw)
    for rows in (4, 6, 8):
        x, state = cell.inputs(draw, rows)
        batch = cell.run(thing, x, state)
        alone = thing(x[1:2], packed(part[1:2] for part in parts(state)))
        cell.expect(alone).to_match(
            packed(part[1:2] for part in parts(batch)),
            otherwise="{name} of a row is not the same alone and in a batch.",
            hint="Does a line work along axis 0, which counts the sequences, or is something random?",
        )


def reads_both(student: Student, draw: Draw, cell: Cell) -> None:
    """The new state depends on the old state and, also from zeros, on the input; in every row."""
    thing = student.new(cell.name, D, H).randomised(draw)
    x, state = cell.inputs(draw)
    other, others = cell.inputs(draw)
    zeros, name = cell.zeros(len(x)), f"{cell.name}'s new hidden state"
    pairs = (((x, zeros), (other, zeros), "input"), ((x, state), (x, others), "old state"))
    for before, after, words in pairs:
        old, new = (parts(cell.run(thing, *given))[0] for given in (before, after))
        expect(new, name).to_differ(old, otherwise=f"{{name}} does not depend on the {words}.")
        if np.abs(np.asarray(new, np.float64) - old).max() < NOTICEABLE:
            raise Mismatch(f"{name} hardly depends on the {words}.")


def stays_small(student: Student, draw: Draw, cell: Cell) -> None:
    """Over some steps the state does not blow up."""
    thing = student.new(cell.name, D, H).randomised(draw)
    _, state = cell.inputs(draw)
    for _ in range(8):
        state = cell.run(thing, draw.normal(4, D), state)
        if max(np.abs(part).max() for part in parts(state)) > 100:
            raise Mismatch(f"The state of {cell.name} grows without bound.")


# ---- what is asked of any model


def off_the_cpu(student: Student, thing: Thing, *args: Value) -> None:
    """A notice: nothing is pinned to the CPU."""
    if student.on_meta(thing, *args):
        raise Mismatch(
            f"{thing.name} would stop on a GPU: some of its tensors stay on the CPU when model and input "
            "move.",
            "Where do the tensors live that forward makes, and does .to(device) find all of your layers?",
        )


def leaves_the_seeds(student: Student, run: Callable[[int], object], name: str) -> None:
    """After runs with two seeds the global generators differ: nothing has set them to a number of its own."""
    found = []
    for seed in (11, 12):
        run(seed)
        found.append(student.random_numbers())
    fixed = [generator for generator, number in found[0].items() if found[1][generator] == number]
    if fixed:
        raise Mismatch(
            f"{name} sets the random generator of the whole process ({listing(fixed)}) to a seed of its own.",
            "Which line fixes a seed, and what do two calls in a row then draw?",
        )


def frozen_weights(student: Student, thing: Thing) -> dict[str, Array]:
    """What training does not change: an equation may be right with it all the same."""
    weights = thing.weights
    frozen = {name: np.asarray(weights[name]) for name in student.frozen(thing)}
    return {name: weight for name, weight in frozen.items() if weight.dtype.kind == "f"}


def all_weights(student: Student, thing: Thing) -> dict[str, Array]:
    """The frozen ones, too."""
    return {**thing.trainable, **frozen_weights(student, thing)}


def has_an_embedding(student: Student, model: Thing, name: str, vocab: int, width: int) -> None:
    """Raise `Mismatch` unless some weight has one row of `width` numbers per symbol."""
    shapes = [weight.shape for weight in trainable(student, model).values()]
    if not any(sorted(shape) == sorted((vocab, width)) for shape in shapes if len(shape) == 2):
        raise Mismatch(
            f"No embedding of {name} is {width} numbers wide, as the hidden state is.",
            "Which width does the text give embeddings?",
        )
