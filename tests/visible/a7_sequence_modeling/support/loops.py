"""A student's loop over time, and by which parts below it, that are known, it is judged.

First over linear cells of the grader's (`over_linear_cells`), whose states and gradients follow from their
weights: a broken cell, or none, neither costs a point here nor earns one. Then over the student's own cells,
folded one step at a time. A loop that can do without either, because its steps are written inside it, is held
to the handout's equations: at home by recorded answers, at the grader's by the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, wraps
from typing import Any

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Value,
    check_slopes,
    close,
    expect,
)
from tests.visible.a7_sequence_modeling.support import over_linear_cells, unroll
from tests.visible.a7_sequence_modeling.support.cells import (
    KINDS,
    Cell,
    D,
    H,
    reads_both,
    rows_stay_apart,
    same_again,
    stays_small,
)
from tests.visible.a7_sequence_modeling.support.over_linear_cells import Linear
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_learns_with_all_its_weights as learns,
)

LENGTHS = np.array([4, 7, 2, 5])  # unsorted, and no sort order that is its own inverse
T = 8  # one column of padding for every row, so that the final column is nobody's last step
LONG = 25  # steps; longer than most periods that a loop's shortcut could have
STATES, LAST = "DeepRNN's hidden states", "DeepRNN's last valid state"
HANDED_ON = "Is every state handed on as it is: no .detach(), no .data, nothing overwritten?"


class NoCells(Exception):
    """Cells that could be folded over time are not found inside a loop."""


class Loop:
    """A student's DeepRNN with random weights, with the student's own cells inside, or with none."""

    made_by = "DeepRNN"
    cells: frozenset[str] = frozenset()  # of the grader's inside

    def __init__(
        self,
        student: Student,
        draw: Draw,
        kind: str = "rnn",
        layers: int = 1,
        features: int = D,
        scale: float = 0.5,
    ) -> None:
        self.student, self.kind, self.layers, self.features = student, kind, layers, features
        self.thing = student.new(self.made_by, kind, features, H, num_layers=layers)
        self(draw.normal(2, 3, features), np.array([3, 2]))  # lazy layers take their shapes now
        self._prepare(draw, scale)

    def _prepare(self, draw: Draw, scale: float) -> None:
        self.thing.randomised(draw, scale)

    def __call__(self, x: Array, lengths: Array, seed: int = 0, train: bool = False) -> tuple[Array, Array]:
        """(hiddens, last_valid); hiddens have as many columns as x, or as the longest row."""
        return self.clean(self.thing(x, lengths, seed=seed, train=train), x, lengths)

    def batch(self, draw: Draw, lengths: Array = LENGTHS, columns: int = T) -> tuple[Array, Array, Array]:
        """x, hiddens and last_valid of a random batch; its states must not stand still."""
        x = draw.normal(len(lengths), columns, self.features)
        hiddens, last = self(x, lengths)
        longest = int(lengths.argmax())
        if np.ptp(hiddens[longest, : int(lengths.max())], axis=0).max() < 1e-6:
            raise Mismatch(
                f"{STATES} are the same at every step.",
                "What does a step do with the state before it, and has each new state a place of its own?",
            )
        return x, hiddens, last

    def clean(self, got: Value, x: Array, lengths: Array) -> tuple[Array, Array]:
        """(hiddens, last_valid) of what came back."""
        rows, columns = x.shape[0], (x.shape[1], int(lengths.max()))
        last = got[1] if isinstance(got, (tuple, list)) and len(got) == 2 else None
        if isinstance(last, np.ndarray) and rows > 1 and last.shape == (rows, rows, H):
            raise Mismatch(
                f"{LAST} has shape {last.shape}; {(rows, H)} was wanted: one state per row.",
                "hiddens[:, lengths - 1] takes every length of every row: how do you name the row that each "
                "length belongs to?",
            )
        hiddens, last = expect(got, STATES, LAST, axes="BTH BH").to_be_shaped((rows, columns, H), (rows, H))
        return hiddens, last

    def own_layers(self, kind: str = "") -> list[unroll.Layer] | None:
        cell = KINDS[kind or self.kind]
        return unroll.layers(self.student, self.thing, cell, self.features, self.layers)

    def folded(self, x: Array, forget: bool = False) -> Array:
        """The states of one layer (B, T, H): its cell, folded over x from zeros. Raises NoCells.

        `forget`: the second part of the state is zero again at every step.
        """
        own = self.own_layers()
        if own is None:
            for other in KINDS:
                if other != self.kind and self.own_layers(other):
                    raise _of_another_kind(self.kind, KINDS[other].name)
            raise NoCells
        return unroll.fold(self.student, KINDS[self.kind], own[0], x, forget)

    def single_layers(self, x: Array, lengths: Array) -> Iterator[tuple[Array, Array]]:
        """(states, last valid) of the bottom layer, then of the top one in each order that there may be.

        They come from the student's own loops of one layer, one on top of the other. Raises NoCells.
        """
        bottom: tuple[Array, Array] | None = None
        for order in self.orders():
            if bottom is None:
                bottom = order[0]()(x, lengths)
                yield bottom
            answer = bottom
            for layer in order[1:]:
                answer = layer()(answer[0], lengths)
            yield answer

    def orders(self) -> Iterable[Sequence[Callable[[], Loop]]]:
        """The orders that the layers may have: of each layer, what makes a loop of that layer alone."""
        own = self.own_layers()
        single = {layer.size: Loop(self.student, Draw(1), self.kind, 1, layer.size) for layer in own or ()}
        prefixes = {size: inside[0].prefix for size, one in single.items() if (inside := one.own_layers())}
        if not own or prefixes.keys() != single.keys():
            raise NoCells

        def alone(layer: unroll.Layer) -> Loop:
            one, prefix = single[layer.size], prefixes[layer.size]
            one.thing.load({prefix + name: weight for name, weight in layer.weights.items()})
            return one

        return ([partial(alone, layer) for layer in order] for order in unroll.orders(own))

    def check_layers(self) -> None:
        """Raise `Mismatch` when all layers are one cell; also where that runs, as all widths are H."""

    def check_gradients(self, draw: Draw, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        """Raise `Mismatch` unless the gradients are those of the states."""
        check_slopes(self.student, self.thing, (x, lengths), pull, draw, "DeepRNN", HANDED_ON)


class LinearLoop(Loop):
    """With linear cells of the grader's inside, whose weights are known. Raises NoCells if it has others."""

    made_by = "LinearDeepRNN"

    def _prepare(self, draw: Draw, scale: float) -> None:
        weights = self.thing.weights
        found = over_linear_cells.cells_inside(weights)
        sizes = [np.shape(weights[f"{prefix}linear_{cell}_input"])[-1:] for cell, prefix in found]
        if not found or not all(size in ((self.features,), (H,)) for size in sizes):
            raise NoCells
        self.cells = frozenset(cell for cell, _ in found)
        self.inside = [
            over_linear_cells.drawn(cell, prefix, size[0], H, draw)
            for (cell, prefix), size in zip(found, sizes, strict=True)
        ]
        self.hold(self.inside)

    def hold(self, layers: Sequence[Linear]) -> None:
        """Take over the weights of as many layers."""
        for layer, mine in zip(layers, self.inside, strict=True):
            self.thing.load(layer._replace(names=mine.names).weights)

    def check_layers(self) -> None:
        if len(self.inside) == 1:
            raise Mismatch(
                "All layers of DeepRNN are one and the same cell, so they share their weights.",
                "How many cells do you make: one that your list holds several times, or one for each layer?",
            )

    def folded(self, x: Array, forget: bool = False) -> Array:
        if len(self.inside) != 1:
            raise NoCells
        if KINDS[self.kind].name not in self.cells:
            raise _of_another_kind(self.kind, *self.cells)
        layer = self.inside[0]
        if forget:
            layer = layer._replace(by_state=layer.by_state * (np.arange(len(layer.by_state)) < H))
        return layer.shown(x)

    def orders(self) -> Iterable[Sequence[Callable[[], Loop]]]:
        orders = list(over_linear_cells.orders(self.inside, self.features))
        if not orders or len(self.inside) != self.layers:
            raise NoCells

        def alone(layer: Linear) -> Loop:
            one = LinearLoop(self.student, Draw(1), self.kind, 1, layer.by_input.shape[1])
            one.hold([layer])
            return one

        return [[partial(alone, layer) for layer in order] for order in orders]

    def check_gradients(self, draw: Draw, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        if len(self.inside) != 1:
            raise NoCells
        try:
            self._compare_gradients(x, lengths, pull)
        except Mismatch:
            if draw.symmetric or self._gives_its_states(x, lengths):
                raise
            super().check_gradients(draw, x, lengths, pull)  # those of whatever it computes

    def _compare_gradients(self, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        layer = self.inside[0]
        every = pull[0].astype(np.float64)
        every[np.arange(len(lengths)), lengths - 1] += pull[1]
        want = layer.pulled_back(x[:, : every.shape[1]], every)
        got = self.thing.gradients(x, lengths, pull=pull)
        found = (*got.inputs[:1], *(got.weights.get(name) for name in layer.names))
        sizes = (x.shape, *(part.shape for part in want[1:]))
        for gradient, right, size, what in zip(found, want, sizes, ("inputs", *["weights"] * 2), strict=True):
            whole = np.zeros(size)
            whole[tuple(slice(length) for length in right.shape)] = right
            expect(gradient, f"The gradient that backward() gives the {what} of DeepRNN").to_match(
                whole, otherwise="{name} does not fit what DeepRNN returns.", hint=HANDED_ON, tolerance=1e-3
            )

    def _gives_its_states(self, x: Array, lengths: Array) -> bool:
        """Whether it gives what is known of the layer; else its gradients are those of something else."""
        hiddens, last = self(x, lengths)
        wanted, rows = self.inside[0].shown(x[:, : hiddens.shape[1]]), np.arange(len(lengths))
        real = valid(lengths, hiddens.shape[1])
        return all(
            one.shape == other.shape and close(one, other, 1e-2).all()
            for one, other in ((hiddens[real], wanted[real]), (last, wanted[rows, lengths - 1]))
        )


def _of_another_kind(kind: str, name: str) -> Mismatch:
    return Mismatch(
        f'DeepRNN("{kind}", …) is made of your {name}.', "What does DeepRNN do with its first argument?"
    )


# ---- judged over known cells

Judge = Callable[[type[Loop], Draw], None]
Property = Callable[[Student, Draw, Cell], None]
Equations = Callable[[Student, Draw, str, int], None]  # (student, draw, kind, layers)

SOUND: tuple[Property, ...] = (same_again, rows_stay_apart, reads_both, stays_small)


def over_known_cells(linear: type, *more: Property) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For checks `(student, draw, …, make)`, which look at what `make` gives: `linear`, then its default.

    `make` gives a loop, or another model around the cells, first over linear cells, then over the student's.
    When the second fails, with a cell that by itself lacks one of the properties `SOUND` and `more`, the
    first has the say, or, when the loop does not run over linear cells, the second all the same.
    """

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        @wraps(check)
        def judged(student: Student, draw: Draw, **options: Any) -> None:
            over_linear = runs_over_linear_cells(
                student, lambda: check(student, draw.child("linear"), make=linear, **options)
            )
            try:
                check(student, draw, **options)
            except (Mismatch, StudentFailure):
                kind = options.get("kind", "rnn")
                if not over_linear or is_sound(student, draw, kind, SOUND + more):
                    raise

        return judged

    return decorate


def held_to_the_cells(
    look: Judge, student: Student, draw: Draw, kind: str, layers: int, equations: Equations
) -> None:
    """`look` over linear cells and over the student's own; `equations` where neither can be folded."""
    over_linear = runs_over_linear_cells(student, lambda: look(LinearLoop, draw.child("linear")))
    sound = partial(is_sound, student, draw, kind)
    try:
        look(Loop, draw)
        known = over_linear or sound(SOUND)
    except NoCells:
        known = over_linear and not sound(SOUND)
    except (Mismatch, StudentFailure):
        if not over_linear or sound((*SOUND, learns)):
            raise
        known = True
    if not known:
        equations(student, draw.child("equations"), kind, layers)


def runs_over_linear_cells(student: Student, look: Callable[[], None]) -> bool:
    """Whether `look`, at a model over linear cells, gets through. Raises Mismatch if it does, and fails."""
    over_linear_cells.provide(student)
    try:
        look()
    except (NoCells, StudentFailure):
        return False
    return True


def is_sound(student: Student, draw: Draw, kind: str, properties: tuple[Property, ...]) -> bool:
    """Whether the student's cell of this kind has all the properties."""
    try:
        for has in properties:
            has(student, draw.child(f"sound {kind}"), KINDS[kind])
    except (Mismatch, StudentFailure):
        return False
    return True


# ---- what the checks draw, and read from states


def valid(lengths: Array, columns: int) -> Array:
    """Which steps are real: (B, columns)."""
    return np.asarray(np.arange(columns) < lengths[:, None])


def long_rows(draw: Draw) -> tuple[Array, int]:
    """Lengths of a batch and its columns: how long they are no code can know, nor make a shortcut for."""
    longest = int(draw.integers(2 * LONG, 4 * LONG))
    return np.array([longest - 2, 3, longest, 14]), longest + 1
