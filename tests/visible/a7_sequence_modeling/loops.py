"""Checks of the loop over time and of stacked layers.

A loop is judged by parts below it that are known. First over linear cells of the grader's
(`over_linear_cells`), whose states and gradients follow from their weights: a broken cell, or none, neither
costs a point here nor earns one. Then over the student's own cells, folded one step at a time. A loop that
can do without either, because its steps are written inside it, is held to the handout's equations: at home
by recorded answers, at the grader's by the reference.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.weights import check_slopes, randomise, touched
from tests.visible.a7_sequence_modeling import cells, over_linear_cells, recorded_states, unroll
from tests.visible.a7_sequence_modeling.over_linear_cells import Linear

Array = NDArray[Any]

D, H = 7, 5
LENGTHS = np.array([4, 7, 2, 5])  # unsorted, and no sort order that is its own inverse
T = 8  # one column of padding for every row, so that the final column is nobody's last step
LONG = 25  # steps; longer than most periods that a loop's shortcut could have
KINDS = {"rnn": cells.VANILLA, "gru": cells.GRU, "lstm": cells.LSTM}
STATES, LAST = "DeepRNN's hidden states", "DeepRNN's last valid state"
OWN_LENGTH = "In which column does a row of length 2 end, and which state do you take from there?"
ON_PADDING = "Which columns does a row of length 2 need, and do two calls with the same input agree?"


class NoCells(Exception):
    """Cells that could be folded over time are not found inside a loop."""


class Loop:
    """A student's DeepRNN with random weights, and how to run it."""

    made_by = "DeepRNN"

    def __init__(
        self, student: Any, draw: Draw, kind: str, layers: int = 1, features: int = D, scale: float = 0.5
    ) -> None:
        self.student, self.kind, self.layers, self.features = student, kind, layers, features
        self.thing = student.new(self.made_by, kind, features, H, num_layers=layers)
        self.run(draw.normal(2, 3, features), np.array([3, 2]))  # lazy layers take their shapes now
        self._prepare(draw, scale)

    def _prepare(self, draw: Draw, scale: float) -> None:
        randomise(self.student, self.thing, draw, scale)

    def run(self, x: Array, lengths: Array, seed: int = 0, train: bool = False) -> tuple[Array, Array]:
        """(hiddens, last_valid); hiddens have as many columns as x, or as the longest row."""
        return self.clean(self.student.call(self.thing, x, lengths, seed=seed, train=train), x, lengths)

    def batch(self, draw: Draw, lengths: Array = LENGTHS, columns: int = T) -> tuple[Array, Array, Array]:
        """x, hiddens and last_valid of a random batch; its states must not stand still."""
        x = draw.normal(len(lengths), columns, self.features)
        hiddens, last = self.run(x, lengths)
        longest = int(lengths.argmax())
        if np.ptp(hiddens[longest, : int(lengths.max())], axis=0).max() < 1e-6:
            raise Mismatch(
                f"{STATES} are the same at every step.",
                "What does a step do with the state before it, and has each new state a place of its own?",
            )
        return x, hiddens, last

    def clean(self, got: object, x: Array, lengths: Array) -> tuple[Array, Array]:
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

    def folded(self, x: Array, forget: bool = False) -> Array:
        """The states of one layer (B, T, H): its cell, folded over x from zeros. Raises NoCells.

        `forget`: the second part of the state is zero again at every step.
        """
        raise NotImplementedError

    def single_layers(self, x: Array, lengths: Array) -> Iterator[tuple[Array, Array]]:
        """(states, last valid) of the bottom layer, then of the top layer in each order that the layers may
        have, from the student's own loops of one layer, one on top of the other. Raises NoCells.
        """
        raise NotImplementedError

    def check_layers(self) -> None:
        """Raise `Mismatch` when all layers are one cell; also where that runs, as all widths are H."""

    def check_gradients(self, draw: Draw, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        """Raise `Mismatch` unless the gradients are those of the states."""
        raise NotImplementedError


class OwnLoop(Loop):
    """With the student's own cells inside, or with none."""

    def own_layers(self) -> list[unroll.Layer] | None:
        return unroll.layers(self.student, self.thing, self.kind, self.features, H, self.layers)

    def folded(self, x: Array, forget: bool = False) -> Array:
        own = self.own_layers()
        if own is None:
            for other in KINDS:
                if other != self.kind and unroll.layers(
                    self.student, self.thing, other, self.features, H, self.layers
                ):
                    raise _of_another_kind(self.kind, KINDS[other].name)
            raise NoCells
        return unroll.fold(self.student, self.kind, own[0], x, H, forget)

    def single_layers(self, x: Array, lengths: Array) -> Iterator[tuple[Array, Array]]:
        own = self.own_layers()
        single = {layer.size: OwnLoop(self.student, Draw(1), self.kind, 1, layer.size) for layer in own or ()}
        prefixes = {size: inside[0].prefix for size, one in single.items() if (inside := one.own_layers())}
        if not own or prefixes.keys() != single.keys():
            raise NoCells

        def run(layer: unroll.Layer, inputs: Array) -> tuple[Array, Array]:
            one = single[layer.size]
            weights = {prefixes[layer.size] + name: w for name, w in layer.weights.items()}
            self.student.load(one.thing, weights)
            return one.run(inputs, lengths)

        yield from _one_on_the_other(run, unroll.orders(own), x)

    def check_gradients(self, draw: Draw, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        check_slopes(self.student, self.thing, (x, lengths), pull, draw, "DeepRNN", HANDED_ON)


HANDED_ON = "Is every state handed on as it is: no .detach(), no .data, nothing overwritten?"


def _of_another_kind(kind: str, name: str) -> Mismatch:
    return Mismatch(
        f'DeepRNN("{kind}", …) is made of your {name}.', "What does DeepRNN do with its first argument?"
    )


class LinearLoop(Loop):
    """With linear cells of the grader's inside, whose weights are known. Raises NoCells if it has others."""

    made_by = "LinearDeepRNN"

    def _prepare(self, draw: Draw, scale: float) -> None:
        weights = self.student.weights(self.thing)
        found = over_linear_cells.cells_inside(weights)
        sizes = [np.shape(weights[f"{prefix}linear_{cell}_input"])[-1:] for cell, prefix in found]
        if not found or not all(size in ((self.features,), (H,)) for size in sizes):
            raise NoCells
        self.cells = [cell for cell, _ in found]
        self.inside = [
            over_linear_cells.drawn(cell, prefix, size[0], H, draw)
            for (cell, prefix), size in zip(found, sizes, strict=True)
        ]
        self.hold(self.inside)

    def hold(self, layers: Sequence[Linear]) -> None:
        """Take over the weights of as many layers."""
        for layer, mine in zip(layers, self.inside, strict=True):
            numbers = (np.float32(layer.by_input), np.float32(layer.by_state))
            self.student.load(self.thing, dict(zip(mine.names, numbers, strict=True)))

    def check_layers(self) -> None:
        if len(self.inside) == 1:
            raise Mismatch(
                "All layers of DeepRNN are one and the same cell, so they share their weights.",
                "How many cells do you make: one that your list holds several times, or one for each layer?",
            )

    def folded(self, x: Array, forget: bool = False) -> Array:
        if len(self.inside) != 1:
            raise NoCells
        if (cell := self.cells[0]) != KINDS[self.kind].name:
            raise _of_another_kind(self.kind, cell)
        layer = self.inside[0]
        if forget:
            layer = layer._replace(by_state=layer.by_state * (np.arange(len(layer.by_state)) < H))
        return layer.shown(x)

    def single_layers(self, x: Array, lengths: Array) -> Iterator[tuple[Array, Array]]:
        orders = list(over_linear_cells.orders(self.inside, self.features))
        if not orders or len(self.inside) != self.layers:
            raise NoCells

        def run(layer: Linear, inputs: Array) -> tuple[Array, Array]:
            one = LinearLoop(self.student, Draw(1), self.kind, 1, layer.by_input.shape[1])
            one.hold([layer])
            return one.run(inputs, lengths)

        yield from _one_on_the_other(run, orders, x)

    def check_gradients(self, draw: Draw, x: Array, lengths: Array, pull: tuple[Array, Array]) -> None:
        if len(self.inside) != 1:
            raise NoCells
        layer = self.inside[0]
        every = np.float64(pull[0])
        every[np.arange(len(lengths)), lengths - 1] += pull[1]
        want = layer.pulled_back(x[:, : every.shape[1]], every)
        got = self.student.gradients(self.thing, x, lengths, pull=pull)
        found = (*got.inputs[:1], *(got.weights.get(name) for name in layer.names))
        sizes = (x.shape, *(part.shape for part in want[1:]))
        for gradient, right, size, what in zip(found, want, sizes, ("inputs", *["weights"] * 2), strict=True):
            name = f"The gradient that backward() gives the {what} of DeepRNN"
            whole = np.zeros(size)
            whole[tuple(slice(length) for length in right.shape)] = right
            expect(gradient, name).to_match(
                whole, otherwise="{name} does not fit what DeepRNN returns.", hint=HANDED_ON, tolerance=1e-3
            )


AnyLayer = TypeVar("AnyLayer")


def _one_on_the_other(
    run: Callable[[AnyLayer, Array], tuple[Array, Array]], orders: Iterable[tuple[AnyLayer, ...]], x: Array
) -> Iterator[tuple[Array, Array]]:
    """What `run` gives for the bottom layer, then for the top one in every order."""
    bottom: tuple[Array, Array] | None = None
    for order in orders:
        if bottom is None:
            bottom = run(order[0], x)
            yield bottom
        answer = bottom
        for layer in order[1:]:
            answer = run(layer, answer[0])
        yield answer


Body = Callable[..., None]
Make = Callable[..., Loop]  # (draw, kind, layers, features, scale)
Property = Callable[[Any, Draw, cells.Cell], None]
Equations = Callable[[Any, Draw, str, int], None]  # (student, draw, kind, layers)


SOUND: tuple[Property, ...] = (cells.same_again, cells.rows_stay_apart, cells.reads_both, cells.stays_small)


def over_known_cells(
    *more: Property, linear: type = LinearLoop, own: type = OwnLoop
) -> Callable[[Body], Body]:
    """For bodies `(make, draw, kind, …)`, where `make(draw, kind, …)` gives a loop, or another model around
    the cells: they are judged over linear cells, then over the student's own.

    When the second fails, with a cell that by itself lacks one of the properties `SOUND` and `more`, the
    first has the say, or, when the loop does not run over linear cells, the second all the same.
    """
    properties = SOUND + more

    def decorate(body: Body) -> Body:
        @functools.wraps(body)
        def judged(student: Any, draw: Draw, kind: str = "rnn", **options: Any) -> None:
            over_linear = runs_over_linear_cells(
                student, functools.partial(body, functools.partial(linear, student)), draw, kind, **options
            )
            try:
                body(functools.partial(own, student), draw, kind, **options)
            except Exception as error:
                if not _is_the_students(error) or not over_linear:
                    raise
                if is_sound(student, draw, kind, properties):
                    raise

        return judged

    return decorate


def runs_over_linear_cells(student: Any, run: Body, draw: Draw, *args: Any, **options: Any) -> bool:
    """Whether `run`, of a model over linear cells, gets through. Raises Mismatch if it does, and fails."""
    over_linear_cells.provide(student)
    try:
        run(draw.child("linear"), *args, **options)
    except NoCells:
        return False
    except Exception as error:
        if isinstance(error, Mismatch) or not _is_the_students(error):
            raise
        return False
    return True


def is_sound(student: Any, draw: Draw, kind: str, properties: tuple[Property, ...]) -> bool:
    """Whether the student's cell of this kind has all the properties."""
    try:
        for has in properties:
            has(student, draw.child(f"sound {kind}"), KINDS[kind])
    except Exception as error:
        if not _is_the_students(error):
            raise
        return False
    return True


def _is_the_students(error: Exception) -> bool:
    return isinstance(error, Mismatch) or hasattr(error, "sentence")


def valid(lengths: Array, columns: int) -> Array:
    """Which steps are real: (B, columns)."""
    return np.asarray(np.arange(columns) < lengths[:, None])


def long_rows(draw: Draw) -> tuple[Array, int]:
    """Lengths of a batch and its columns. How long they are no code can know: a shortcut for what is longer
    than the checks would have to guess.
    """
    longest = int(draw.integers(2 * LONG, 4 * LONG))
    return np.array([longest - 2, 3, longest, 14]), longest + 1


def at_last_step(hiddens: Array, lengths: Array) -> Array:
    return np.asarray(hiddens[np.arange(len(lengths)), lengths - 1])


@over_known_cells()
def loop_shapes(make: Make, draw: Draw, kind: str, layers: int = 1) -> None:
    if layers > 1:
        make(draw.child("one width"), kind, layers, H).check_layers()
    loop = make(draw, kind, layers)
    for lengths, columns in ((LENGTHS, T), (np.array([1]), 1), (np.array([3]), 3)):
        loop.run(draw.normal(len(lengths), columns, D), lengths)


def states_follow_the_cell(
    student: Any, draw: Draw, kind: str, equations: Equations = recorded_states.judge
) -> None:
    """All valid states of one layer against its cell, folded over time from zeros."""
    _held_to_the_cells(student, _states_follow_the_cell, draw, kind, 1, equations)


def layers_build_on_each_other(
    student: Any,
    draw: Draw,
    kind: str = "rnn",
    layers: int = 2,
    equations: Equations = recorded_states.judge,
) -> None:
    """A stack against the student's own single layers, one after the other on all states, each from zeros."""
    _held_to_the_cells(student, _layers_build_on_each_other, draw, kind, layers, equations)


def _held_to_the_cells(
    student: Any, body: Body, draw: Draw, kind: str, layers: int, equations: Equations
) -> None:
    """`body` over linear cells and over the student's own; `equations` where neither can be folded."""
    run = functools.partial(body, functools.partial(LinearLoop, student))
    over_linear = runs_over_linear_cells(student, run, draw, kind, layers=layers)
    try:
        body(functools.partial(OwnLoop, student), draw, kind, layers=layers)
        known = over_linear or is_sound(student, draw, kind, SOUND)
    except NoCells:
        known = over_linear and not is_sound(student, draw, kind, SOUND)
    except Exception as error:
        if not _is_the_students(error) or not over_linear:
            raise
        if is_sound(student, draw, kind, (*SOUND, cells.weights_learn)):
            raise
        known = True
    if not known:
        equations(student, draw.child("equations"), kind, layers)


def _states_follow_the_cell(make: Make, draw: Draw, kind: str, layers: int) -> None:
    for features, lengths, columns in ((H, LENGTHS, T), (D, LENGTHS, T), (D, *long_rows(draw))):
        loop = make(draw, kind, features=features)  # where the widths agree, more mistakes run
        x, before, _ = loop.batch(draw, lengths, columns)
        _compare_states(loop, x, lengths, before)
    hiddens, _ = loop.run(x, lengths, seed=3, train=True)
    expect(hiddens, f"In training mode, {STATES}", axes="BTH").to_match(
        before,
        where=valid(lengths, before.shape[1]),
        otherwise="{name} are not those of evaluation mode, {where}.",
        hint="Is the first state zeros in every mode, and is anything random?",
    )


def _compare_states(loop: Loop, x: Array, lengths: Array, hiddens: Array) -> None:
    columns = hiddens.shape[1]
    want = loop.folded(x)[:, :columns]

    def known() -> dict[str, Array]:
        backwards = loop.folded(x[:, :columns][:, ::-1].copy())[:, ::-1]
        wrong = {
            "the state before each step instead of after it": np.concatenate(
                [0 * want[:, :1], want[:, :-1]], axis=1
            ),
            "the right states in wrong places (stacked along another axis, then reshaped)": want.transpose(
                1, 0, 2
            ).reshape(want.shape),
            "the states of the sequence read backwards": backwards,
        }
        if loop.kind == "lstm":
            forgetful = loop.folded(x, forget=True)[:, :columns]
            wrong["states that forget the cell state C at every step"] = forgetful
        return wrong

    expect(hiddens, STATES, axes="BTH").to_match(
        want,
        where=valid(lengths, columns),
        unlike=known,
        otherwise="{name} are not those of your cell applied step by step from zeros, {where}.",
        hint="What goes into the cell at step t, and what is kept of what comes out?",
    )


@over_known_cells()
def never_looks_ahead(make: Make, draw: Draw, kind: str) -> None:
    """States before a change stay, states from it on move; the very first has read its input."""
    loop = make(draw, kind)
    lengths = np.full(4, 6)
    x = draw.normal(4, 6, D)
    before, _ = loop.run(x, lengths)
    for step in (0, 3):
        other = x.copy()
        other[:, step] = draw.normal(4, D)
        after, _ = loop.run(other, lengths)
        expect(after[:, :step], STATES, axes="BTH").to_match(
            before[:, :step],
            otherwise="When one input changes, {name} at earlier steps are not the same as before.",
            hint="Which inputs can the state of a step know of, and do two calls with the same input agree?",
        )
        expect(after[:, step], f"The stored state of step {step}", axes="BH").to_differ(
            before[:, step],
            otherwise="{name} does not depend on the input of that step (counted from 0).",
            hint="Which inputs has the cell read when you store the state of that step?",
        )


@over_known_cells()
def same_again(make: Make, draw: Draw, kind: str) -> None:
    loop = make(draw, kind)
    x, lengths = draw.normal(len(LENGTHS), T, D), LENGTHS.copy()
    got, args = loop.student.call_and_see(loop.thing, x, lengths, seed=1)
    first = loop.clean(got, x, lengths)
    cells.unchanged(args, [x, lengths], "DeepRNN")
    cells.leaves_the_seeds(
        loop.student, lambda seed: loop.student.call(loop.thing, x, lengths, seed=seed), "DeepRNN"
    )
    expect(loop.student.call(loop.thing, x, lengths, seed=2), STATES, LAST, axes="BTH BH").to_match(
        first,
        otherwise="{name} are not the same in two calls with the same input.",
        hint="What does the state hold when a call begins, and is anything random, also in evaluation mode?",
    )


@over_known_cells(cells.weights_learn, cells.gradients_are_slopes)
def gradients_reach_the_first_step(make: Make, draw: Draw, kind: str) -> None:
    loop = make(draw, kind, scale=0.3)
    lengths = np.array([5, 26, 14])
    x = draw.normal(3, 26, D)
    hiddens, last = loop.run(x, lengths)
    pull = (0 * hiddens, draw.normal(*last.shape))
    flow = loop.student.gradients(loop.thing, x, lengths, pull=pull).inputs
    first = flow[0][0, 0] if flow and isinstance(flow[0], np.ndarray) and flow[0].shape == x.shape else None
    if first is None or first.dtype.kind != "f" or not first.any():
        raise Mismatch(
            "No gradient flows from DeepRNN's last valid state back to the first step.",
            "Can the loss at the last character still reach the first one?",
        )
    real = valid(lengths, hiddens.shape[1])[..., None].astype(np.float32)
    loop.check_gradients(draw, x, lengths, (draw.normal(*hiddens.shape) * real, pull[1]))


@over_known_cells()
def last_valid(make: Make, draw: Draw, kind: str, layers: int = 1) -> None:
    """last_valid against the student's own states, at each row's own last step."""
    loop = make(draw, kind, layers)
    for lengths, columns in ((LENGTHS, T), (LENGTHS[::-1].copy(), 7), (np.array([1, 6, 3]), 6)):
        x, hiddens, last = loop.batch(draw, lengths, columns)
        expect(last, LAST, axes="BH").to_match(
            at_last_step(hiddens, lengths),
            unlike=functools.partial(_other_last_states, loop, x, lengths, hiddens),
            otherwise="{name} is not what the hidden states hold at each row's own last step, {where}.",
            hint=OWN_LENGTH,
        )


def _other_last_states(loop: Loop, x: Array, lengths: Array, hiddens: Array) -> dict[str, Array]:
    """What is often taken for the last valid state."""
    rows, final = np.arange(len(lengths)), hiddens.shape[1] - 1
    real = valid(lengths, hiddens.shape[1])[..., None]
    known = {
        "the state of the final column, not of each row's own last step": hiddens[:, -1],
        "the state at max(lengths) - 1 in every row": hiddens[:, int(lengths.max()) - 1],
        "the state one step before the last": hiddens[rows, lengths - 2],
        "the state one step after the last": hiddens[rows, np.minimum(lengths, final)],
        "the first state of each row": hiddens[:, 0],
        "the mean over all steps": hiddens.mean(1),
        "the mean over the valid steps": (hiddens * real).sum(1) / lengths[:, None],
        "the sum over all steps": hiddens.sum(1),
        "the largest numbers over all steps": hiddens.max(1),
    }
    if loop.layers > 1:
        with contextlib.suppress(NoCells):
            known["the last state of the bottom layer"] = next(loop.single_layers(x, lengths))[1]
    return known


@over_known_cells()
def padding_changes_nothing(make: Make, draw: Draw, kind: str) -> None:
    loop = make(draw, kind)
    x, hiddens, last = loop.batch(draw)
    longer = np.concatenate([x, np.zeros((len(x), 3, D), np.float32)], axis=1)
    other = np.where(valid(LENGTHS, T)[..., None], x, draw.normal(*x.shape)).astype(np.float32)
    for padded, words in ((longer, "more columns of padding"), (other, "other numbers in the padding")):
        states, end = loop.run(padded, LENGTHS)
        columns = min(states.shape[1], hiddens.shape[1])
        expect(end, LAST, axes="BH").to_match(
            last, otherwise=f"{{name}} is not the same with {words}, {{where}}.", hint=ON_PADDING
        )
        expect(states[:, :columns], STATES, axes="BTH").to_match(
            hiddens[:, :columns],
            where=valid(LENGTHS, columns),
            otherwise=f"{{name}} at valid steps are not the same with {words}, {{where}}.",
            hint=ON_PADDING,
        )


@over_known_cells()
def a_row_alone(make: Make, draw: Draw, kind: str, layers: int = 1) -> None:
    """Each row of a batch on its own, cut to its own length."""
    loop = make(draw, kind, layers)
    x, hiddens, last = loop.batch(draw)
    for row, length in enumerate(LENGTHS):
        states, end = loop.run(x[row : row + 1, :length], LENGTHS[row : row + 1])
        for got, batch, name, what in (
            (states, hiddens[row : row + 1, :length], f"The states of row {row} alone", "other states"),
            (
                end,
                last[row : row + 1],
                f"The last valid state of row {row} alone",
                "another last valid state",
            ),
        ):
            expect(got, name).to_match(
                batch,
                otherwise=f"Row {row} (counted from 0, of length {length}) has {what} alone than in its "
                "batch.",
                hint="What can change a state besides the row's own steps: padding, other rows, an earlier "
                "call?",
            )


@over_known_cells(cells.weights_learn)
def every_layer_has_its_own_weights(make: Make, draw: Draw, kind: str) -> None:
    """A stack trains at least as many weights as the single layers that it is made of."""
    counts = []
    for layers, features in ((2, D), (3, D), (1, D), (1, H)):
        loop = make(draw, kind, layers, features)
        x, lengths = draw.normal(4, 5, features), np.array([5, 3, 4, 2])
        hiddens, last = loop.run(x, lengths)
        pull = (
            draw.normal(*hiddens.shape) * valid(lengths, hiddens.shape[1])[..., None],
            draw.normal(*last.shape),
        )
        pull = (pull[0].astype(np.float32), pull[1])
        counts.append(touched(loop.student.gradients(loop.thing, x, lengths, pull=pull).weights))
    if not counts[2]:
        raise Mismatch(
            "No weight of a DeepRNN with one layer gets a gradient.",
            "Which container tells PyTorch of the layers in it?",
        )
    for layers, count in ((2, counts[0]), (3, counts[1])):
        if count < counts[2] + (layers - 1) * counts[3]:
            raise Mismatch(
                f"A gradient reaches {count} weights of a DeepRNN with {layers} layers; with one layer alone "
                f"there are {counts[2]}, and each further layer should bring {counts[3]}.",
                "How many cells do you make for one layer and for two, and which inputs does each of them "
                "read?",
            )


def _layers_build_on_each_other(make: Make, draw: Draw, kind: str, layers: int) -> None:
    loop = make(draw, kind, layers)
    for lengths, columns in ((LENGTHS, T), long_rows(draw)):
        _compare_stack(loop, *loop.batch(draw, lengths, columns)[:2], lengths)


def _compare_stack(loop: Loop, x: Array, hiddens: Array, lengths: Array) -> None:
    single = loop.single_layers(x, lengths)
    bottom, columns = next(single)[0], hiddens.shape[1]
    wrong: Mismatch | None = None
    for states, _ in single:
        try:
            expect(hiddens, STATES, axes="BTH").to_match(
                states[:, :columns],
                where=valid(lengths, columns),
                unlike=lambda: {"the states of the bottom layer": bottom[:, :columns]},
                otherwise=f"With {loop.layers} layers, {{name}} are not what the top layer gives when it "
                "reads every state of the layer below and starts from zeros, {where}.",
                hint="What does the upper layer read, and what does its memory hold at the start?",
            )
            return
        except Mismatch as mismatch:
            wrong = wrong or mismatch
    raise wrong or NoCells


def made_of_own_cells(student: Any, draw: Draw, kind: str = "rnn") -> None:
    """A notice: without their own cells inside, the states are held to the equations."""
    if OwnLoop(student, draw, kind, 2).own_layers() is None:
        raise Mismatch(
            f"In a DeepRNN with two layers PyTorch does not find two of your {unroll.CELLS[kind]}s, the "
            "first for the inputs and the second for hidden states.",
            "What does print(model) show, and could DeepRNN use the cells that you wrote in the unit before?",
        )


def follows_its_input(student: Any, draw: Draw, kind: str = "rnn") -> None:
    """A notice: nothing is pinned to the CPU."""
    cells.off_the_cpu(
        student, OwnLoop(student, draw, kind).thing, "DeepRNN", draw.normal(len(LENGTHS), T, D), LENGTHS
    )
