"""Checks of one recurrent cell that need no reference: shapes, recorded answers, gradients, rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks import fill
from autograder.checks.draw import Draw
from autograder.checks.expect import Expectation, Mismatch, expect, listing
from autograder.checks.weights import check_slopes, randomise, reached, trainable

Array = NDArray[Any]
D, H = 7, 5
NOTICEABLE = 1e-2  # change of a state when what it is made of changes by about 1


class Cell(NamedTuple):
    """What a cell is called, what its state is made of, and how many matrices [W_h, W_x] and biases it must
    learn.
    """

    name: str
    states: tuple[str, ...]
    matrices: int
    biases: int

    @property
    def numbers(self) -> int:
        return self.matrices * H * (H + D) + self.biases * H


VANILLA = Cell("VanillaRNNCell", ("hidden state",), 1, 1)
LSTM = Cell("LSTMCell", ("hidden state", "cell state"), 4, 4)
GRU = Cell("GRUCell", ("hidden state",), 3, 0)


def shapes(student: Any, draw: Draw, cell: Cell) -> None:
    thing = student.new(cell.name, D, H)
    for rows in (4, 1):
        x, state = _inputs(draw, cell, rows)
        _expect(student, thing, cell, x, state).to_be_shaped(*_shapes(cell, rows))


def recorded_answers(student: Any, draw: Draw, cell: Cell, path: Path, hint: str) -> None:
    """Under each way of a symmetric fill: one of them gives what the right cell gives."""
    thing = student.new(cell.name, D, H)
    x, state = fill.inputs(D, len(cell.states))
    _expect(student, thing, cell, x, state).to_be_shaped(*_shapes(cell, fill.ROWS))
    weights = trainable(student, thing)
    if draw.symmetric:
        return  # the diagnosis has seen one answer; how many more there are depends on the layout
    for (phi, bias), answers in zip(fill.FILLS, fill.recorded(path, cell.name), strict=True):
        otherwise = "{name} is not what the handout's equations give."
        if bias:
            otherwise = (
                "{name} is right as long as every bias (every vector of weights) is 0, and wrong otherwise."
            )
            hint = "Which vectors of weights do the equations have, and where does each of them come in?"
        rows = len(answers[0][0])
        wrong: Mismatch | None = None
        for filled in fill.fills(weights, D, phi, bias):
            student.load(thing, filled)
            got = student.call(thing, x[:rows], _packed(tuple(part[:rows] for part in state)))
            try:
                _one_of(answers, got, cell, otherwise, hint)
                break
            except Mismatch as mismatch:
                wrong = wrong or mismatch
        else:
            raise wrong or Mismatch(f"{cell.name} has no weights.", hint)


def _one_of(answers: tuple[tuple[Array, ...], ...], got: Any, cell: Cell, otherwise: str, hint: str) -> None:
    """Raise the first answer's `Mismatch` unless one of them is matched."""
    wrong: Mismatch | None = None
    for answer in answers:
        try:
            expect(got, *_names(cell), axes="BH").to_match(_packed(answer), otherwise=otherwise, hint=hint)
            return
        except Mismatch as mismatch:
            wrong = wrong or mismatch
    if wrong:
        raise wrong


def weights_learn(student: Any, draw: Draw, cell: Cell) -> None:
    """Enough weights of its own get a gradient: no shared gate, no missing bias, no layer that is not
    registered.
    """
    thing = student.new(cell.name, D, H)
    x, state = _inputs(draw, cell, 4)
    _expect(student, thing, cell, x, state).to_be_shaped(*_shapes(cell, 4))
    randomise(student, thing, draw)
    got = reached(student.gradients(thing, x, _packed(state), pull=_packed(_pull(draw, cell))).weights)
    if got < cell.numbers:
        raise Mismatch(
            f"A gradient reaches {got or 'none'} of {cell.name}'s weights; its equations have at least "
            f"{cell.numbers} for input size {D} and hidden size {H}.",
            "Does parameters() list every matrix and bias of the equations, and can a gradient reach each of "
            "them: no layer used twice, no .detach(), no .data?",
        )


def gradients_are_slopes(student: Any, draw: Draw, cell: Cell) -> None:
    thing = student.new(cell.name, D, H)
    x, state = _inputs(draw, cell, 4)
    _expect(student, thing, cell, x, state).to_be_shaped(*_shapes(cell, 4))
    randomise(student, thing, draw, scale=0.3)
    hint = "Is every step a torch operation, with no .data, .detach(), .item() or numpy in between?"
    check_slopes(student, thing, (x, _packed(state)), _packed(_pull(draw, cell)), draw, cell.name, hint)


def rows_stay_apart(student: Any, draw: Draw, cell: Cell) -> None:
    """A row alone gives what it gives in a batch, for batch sizes that a cut along the wrong axis would
    survive.
    """
    thing = student.new(cell.name, D, H)
    randomise(student, thing, draw)
    for rows in (4, 6, 8):
        x, state = _inputs(draw, cell, rows)
        batch = _expect(student, thing, cell, x, state).to_be_shaped(*_shapes(cell, rows))
        some = slice(1, 2)
        alone = tuple(part[some] for part in (batch if isinstance(batch, tuple) else (batch,)))
        _expect(student, thing, cell, x[some], tuple(part[some] for part in state)).to_match(
            _packed(alone),
            otherwise="{name} of a row is not the same alone and in a batch.",
            hint="Does a line work along axis 0, which counts the sequences, or is something random?",
        )


def reads_both(student: Any, draw: Draw, cell: Cell) -> None:
    """The new state depends on the old state and, also from zeros, on the input; in every row."""
    thing = student.new(cell.name, D, H)
    randomise(student, thing, draw)
    x, state = _inputs(draw, cell, 4)
    other, others = _inputs(draw, cell, 4)
    zeros = tuple(np.zeros_like(part) for part in state)
    pairs = (((x, zeros), (other, zeros), "input"), ((x, state), (x, others), "old state"))
    for before, after, words in pairs:
        old, new = (
            _flat(_expect(student, thing, cell, *a).to_be_shaped(*_shapes(cell, 4)))[0]
            for a in (before, after)
        )
        expect(new, _names(cell)[0]).to_differ(old, otherwise=f"{{name}} does not depend on the {words}.")
        if np.abs(np.float64(new) - old).max() < NOTICEABLE:
            raise Mismatch(f"{_names(cell)[0]} hardly depends on the {words}.")


def stays_small(student: Any, draw: Draw, cell: Cell) -> None:
    """Over some steps the state does not blow up."""
    thing = student.new(cell.name, D, H)
    randomise(student, thing, draw)
    _, state = _inputs(draw, cell, 4)
    for _ in range(8):
        got = _expect(student, thing, cell, draw.normal(4, D), state).to_be_shaped(*_shapes(cell, 4))
        state = tuple(_flat(got))
        if max(np.abs(part).max() for part in state) > 100:
            raise Mismatch(f"The state of {cell.name} grows without bound.")


def same_again(student: Any, draw: Draw, cell: Cell) -> None:
    """Two calls agree, and the inputs are afterwards what they were."""
    thing = student.new(cell.name, D, H)
    x, state = _inputs(draw, cell, 4)
    before = _copies(x, *state)
    got, args = student.call_and_see(thing, x, _packed(state), seed=1)
    first = expect(got, *_names(cell), axes="BH").to_be_shaped(*_shapes(cell, 4))
    unchanged(args, before, cell.name)
    _expect(student, thing, cell, x, state, seed=2).to_match(
        first,
        otherwise="{name} differs between two calls with the same input.",
        hint="Does forward make new layers or random numbers, or keep something from the call before?",
    )


def follows_its_input(student: Any, draw: Draw, cell: Cell) -> None:
    """A notice: nothing is pinned to the CPU."""
    thing = student.new(cell.name, D, H)
    x, state = _inputs(draw, cell, 4)
    off_the_cpu(student, thing, cell.name, x, _packed(state))


def off_the_cpu(student: Any, thing: Any, name: str, *args: Any) -> None:
    if student.on_meta(thing, *args):
        raise Mismatch(
            f"{name} would stop on a GPU: some of its tensors stay on the CPU when model and input move.",
            "Where do the tensors live that forward makes, and does .to(device) find all of your layers?",
        )


def leaves_the_seeds(student: Any, run: Callable[[int], object], name: str) -> None:
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


def has_an_embedding(student: Any, model: Any, name: str, vocab: int, width: int) -> None:
    """Raise `Mismatch` unless some weight has one row of `width` numbers per symbol."""
    shapes = [weight.shape for weight in trainable(student, model).values()]
    if not any(sorted(shape) == sorted((vocab, width)) for shape in shapes if len(shape) == 2):
        raise Mismatch(
            f"No embedding of {name} is {width} numbers wide, as the hidden state is.",
            "Which width does the text give embeddings?",
        )


def unchanged(args: object, before: list[Array], name: str) -> None:
    """Raise `Mismatch` if the tensors among `args` are not what they were."""
    after = _flat(args)
    same = len(after) == len(before) and all(
        a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b)
        for a, b in zip(after, before, strict=True)
    )
    if not same:
        raise Mismatch(
            f"{name} changes the tensors that it is given.",
            "Which line calls a method with an underscore at its end, uses += or assigns to a slice of an "
            "input?",
        )


def _flat(value: object) -> list[Array]:
    if isinstance(value, np.ndarray):
        return [value]
    return [leaf for part in value for leaf in _flat(part)] if isinstance(value, (list, tuple)) else []


def _copies(*arrays: Array) -> list[Array]:
    return [array.copy() for array in arrays]


def _names(cell: Cell) -> tuple[str, ...]:
    return tuple(f"{cell.name}'s new {state}" for state in cell.states)


def _shapes(cell: Cell, rows: int) -> list[tuple[int, int]]:
    return [(rows, H)] * len(cell.states)


def _inputs(draw: Draw, cell: Cell, rows: int) -> tuple[Array, tuple[Array, ...]]:
    return draw.normal(rows, D), tuple(draw.normal(rows, H) for _ in cell.states)


def _pull(draw: Draw, cell: Cell) -> tuple[Array, ...]:
    return tuple(draw.normal(4, H) for _ in cell.states)


def _packed(parts: tuple[Array, ...]) -> Any:
    return parts if len(parts) > 1 else parts[0]


def _expect(
    student: Any, thing: Any, cell: Cell, x: Array, state: tuple[Array, ...], seed: int = 0
) -> Expectation:
    return expect(student.call(thing, x, _packed(state), seed=seed), *_names(cell), axes="BH")
