"""Checks of the loop over time, of stacked layers and of the author classifier.

Every one is judged with the student's own parts below it: states against their own cell folded over time, the
last valid state against their own states, a stack against their own single layers. So each mistake costs its
own check.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, expect
from autograder.judge.weights import check_slopes, randomise, touched
from tests.visible.a7_sequence_modeling import cells, unroll

Array = NDArray[Any]

D, H = 7, 5
LENGTHS = np.array([4, 7, 2, 5])  # unsorted, and no sort order that is its own inverse
T = 8  # one column of padding for every row, so that the final column is nobody's last step
KINDS = {"rnn": cells.VANILLA, "gru": cells.GRU, "lstm": cells.LSTM}
STATES, LAST = "DeepRNN's hidden states", "DeepRNN's last valid state"
OWN_LENGTH = "In which column does a row of length 2 end, and which state do you take from there?"
ON_PADDING = "Which columns does a row of length 2 need, and do two calls with the same input agree?"


class Loop:
    """A student's DeepRNN with random weights, and how to run it."""

    def __init__(
        self, student: Any, draw: Draw, kind: str, layers: int = 1, features: int = D, scale: float = 0.5
    ) -> None:
        self.student, self.kind, self.layers, self.features = student, kind, layers, features
        self.thing = student.new("DeepRNN", kind, features, H, num_layers=layers)
        self.run(draw.normal(2, 3, features), np.array([3, 2]))  # lazy layers take their shapes now
        randomise(student, self.thing, draw, scale)

    def run(self, x: Array, lengths: Array, seed: int = 0) -> tuple[Array, Array]:
        """(hiddens, last_valid); hiddens have as many columns as x, or as the longest row."""
        return self.clean(self.student.call(self.thing, x, lengths, seed=seed), x, lengths)

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
        hiddens, last = expect(got, STATES, LAST, axes="BTH BH").to_be_shaped((rows, columns, H), (rows, H))
        return hiddens, last

    def own_layers(self) -> list[unroll.Layer] | None:
        return unroll.layers(self.student, self.thing, self.kind, self.features, H, self.layers)


Body = Callable[..., None]
Property = Callable[[Any, Draw, cells.Cell], None]


SOUND: tuple[Property, ...] = (cells.same_again, cells.rows_stay_apart, cells.reads_both, cells.stays_small)


def with_a_sound_cell(*more: Property) -> Callable[[Body], Body]:
    """For bodies `(student, draw, kind, …)`: a mistake in one cell must not cost points in the loop as well.

    When the body fails with a cell that by itself lacks one of the properties `SOUND` and `more`, it is
    judged by another kind of cell that has them.
    """
    properties = SOUND + more

    def decorate(body: Body) -> Body:
        @functools.wraps(body)
        def judged(student: Any, draw: Draw, kind: str = "rnn", **options: Any) -> None:
            try:
                body(student, draw, kind, **options)
            except Exception as error:
                if not _is_the_students(error) or is_sound(student, draw, kind, properties):
                    raise
                others = [
                    other for other in KINDS if other != kind and is_sound(student, draw, other, properties)
                ]
                if not others:
                    raise
                body(student, draw.child("again"), others[0], **options)

        return judged

    return decorate


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


def at_last_step(hiddens: Array, lengths: Array) -> Array:
    return np.asarray(hiddens[np.arange(len(lengths)), lengths - 1])


@with_a_sound_cell()
def loop_shapes(student: Any, draw: Draw, kind: str, layers: int = 1) -> None:
    loop = Loop(student, draw, kind, layers)
    for lengths, columns in ((LENGTHS, T), (np.array([1]), 1), (np.array([3]), 3)):
        loop.run(draw.normal(len(lengths), columns, D), lengths)


@with_a_sound_cell()
def states_follow_the_cell(student: Any, draw: Draw, kind: str) -> None:
    """All valid states of one layer against the student's own cell, folded over time from zeros."""
    for features in (D, H):  # where the widths agree, more mistakes run
        _states_follow_the_cell(student, draw, kind, features)


def _states_follow_the_cell(student: Any, draw: Draw, kind: str, features: int) -> None:
    loop = Loop(student, draw, kind, features=features)
    x, hiddens, _ = loop.batch(draw)
    own = loop.own_layers()
    if own is None:
        for other in KINDS:
            if other != kind and unroll.layers(student, loop.thing, other, features, H, 1):
                raise Mismatch(
                    f'DeepRNN("{kind}", …) is made of your {KINDS[other].name}.',
                    "What does DeepRNN do with its first argument?",
                )
        never_looks_ahead(student, draw, kind)  # no cell of theirs inside: properties have the say
        return
    layer, columns = own[0], hiddens.shape[1]
    want = unroll.fold(student, kind, layer, x, H)[:, :columns]

    def known() -> dict[str, Array]:
        backwards = unroll.fold(student, kind, layer, x[:, :columns][:, ::-1].copy(), H)[:, ::-1]
        wrong = {
            "the state before each step instead of after it": np.concatenate(
                [0 * want[:, :1], want[:, :-1]], axis=1
            ),
            "the right states in wrong places (stacked along another axis, then reshaped)": want.transpose(
                1, 0, 2
            ).reshape(want.shape),
            "the states of the sequence read backwards": backwards,
        }
        if kind == "lstm":
            forgetful = unroll.fold(student, kind, layer, x, H, forget=True)[:, :columns]
            wrong["states that forget the cell state C at every step"] = forgetful
        return wrong

    expect(hiddens, STATES, axes="BTH").to_match(
        want,
        where=valid(LENGTHS, columns),
        unlike=known,
        otherwise="{name} are not those of your cell applied step by step from zeros, {where}.",
        hint="What goes into the cell at step t, and what is kept of what comes out?",
    )


@with_a_sound_cell()
def never_looks_ahead(student: Any, draw: Draw, kind: str) -> None:
    """States before a change stay, states from it on move; the very first has read its input."""
    loop = Loop(student, draw, kind)
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


@with_a_sound_cell()
def same_again(student: Any, draw: Draw, kind: str) -> None:
    loop = Loop(student, draw, kind)
    x, lengths = draw.normal(len(LENGTHS), T, D), LENGTHS.copy()
    before = [x.copy(), lengths.copy()]
    got, args = student.call_and_see(loop.thing, x, lengths, seed=1)
    first = loop.clean(got, x, lengths)
    cells.unchanged(args, before, "DeepRNN")
    expect(student.call(loop.thing, x, lengths, seed=2), STATES, LAST, axes="BTH BH").to_match(
        first,
        otherwise="{name} are not the same in two calls with the same input.",
        hint="What does the state hold when a call begins, and is anything random, also in evaluation mode?",
    )


@with_a_sound_cell(cells.weights_learn, cells.gradients_are_slopes)
def gradients_reach_the_first_step(student: Any, draw: Draw, kind: str) -> None:
    loop = Loop(student, draw, kind, scale=0.3)
    lengths = np.array([5, 6, 4])
    x = draw.normal(3, 6, D)
    hiddens, last = loop.run(x, lengths)
    pull = (0 * hiddens, draw.normal(*last.shape))
    flow = student.gradients(loop.thing, x, lengths, pull=pull).inputs
    first = flow[0][:, 0] if flow and isinstance(flow[0], np.ndarray) and flow[0].shape == x.shape else None
    if first is None or first.dtype.kind != "f" or not first.any():
        raise Mismatch(
            "No gradient flows from DeepRNN's last valid state back to the first step.",
            "Can the loss at the last character still reach the first one?",
        )
    pull = (
        draw.normal(*hiddens.shape) * valid(lengths, hiddens.shape[1])[..., None].astype(np.float32),
        pull[1],
    )
    hint = "Is every state handed on as it is: no .detach(), no .data, nothing overwritten?"
    check_slopes(student, loop.thing, (x, lengths), pull, draw, "DeepRNN", hint)


@with_a_sound_cell()
def last_valid(student: Any, draw: Draw, kind: str, layers: int = 1) -> None:
    """last_valid against the student's own states, at each row's own last step."""
    loop = Loop(student, draw, kind, layers)
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
    if loop.layers > 1 and (below := next(_single_layers(loop, x, lengths), None)):
        known["the last state of the bottom layer"] = below[1]
    return known


@with_a_sound_cell()
def padding_changes_nothing(student: Any, draw: Draw, kind: str) -> None:
    loop = Loop(student, draw, kind)
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


@with_a_sound_cell()
def a_row_alone(student: Any, draw: Draw, kind: str, layers: int = 1) -> None:
    """Each row of a batch on its own, cut to its own length."""
    loop = Loop(student, draw, kind, layers)
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


@with_a_sound_cell(cells.weights_learn)
def every_layer_has_its_own_weights(student: Any, draw: Draw, kind: str) -> None:
    """A stack trains at least as many weights as the single layers that it is made of."""
    counts = []
    for layers, features in ((2, D), (3, D), (1, D), (1, H)):
        loop = Loop(student, draw, kind, layers, features)
        x, lengths = draw.normal(4, 5, features), np.array([5, 3, 4, 2])
        hiddens, last = loop.run(x, lengths)
        pull = (
            draw.normal(*hiddens.shape) * valid(lengths, hiddens.shape[1])[..., None],
            draw.normal(*last.shape),
        )
        pull = (pull[0].astype(np.float32), pull[1])
        counts.append(touched(student.gradients(loop.thing, x, lengths, pull=pull).weights))
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


@with_a_sound_cell(cells.weights_learn)
def layers_build_on_each_other(student: Any, draw: Draw, kind: str, layers: int = 2) -> None:
    """A stack against the student's own single layers, one after the other on all states, each from zeros."""
    loop = Loop(student, draw, kind, layers)
    x, hiddens, _ = loop.batch(draw)
    single = _single_layers(loop, x, LENGTHS)
    bottom = next(single, None)
    if bottom is None:
        every_layer_has_its_own_weights(
            student, draw, kind
        )  # no cell of theirs inside: properties have the say
        return
    columns = hiddens.shape[1]
    where = valid(LENGTHS, columns)
    wrong: Mismatch | None = None
    for states, _ in single:
        try:
            expect(hiddens, STATES, axes="BTH").to_match(
                states[:, :columns],
                where=where,
                unlike=lambda: {"the states of the bottom layer": bottom[0][:, :columns]},
                otherwise=f"With {layers} layers, {{name}} are not what the top layer gives when it reads "
                "every state of the layer below and starts from zeros, {where}.",
                hint="What does the upper layer read, and what does its memory hold at the start?",
            )
            return
        except Mismatch as mismatch:
            wrong = wrong or mismatch
    if wrong:
        raise wrong


def _single_layers(loop: Loop, x: Array, lengths: Array) -> Iterator[tuple[Array, Array]]:
    """(states, last valid) of the bottom layer, then of the top layer in each order that the layers may have.

    Nothing if the student's cells are not found inside.
    """
    own = loop.own_layers()
    single = {layer.size: Loop(loop.student, Draw(1), loop.kind, 1, layer.size) for layer in own or ()}
    prefixes = {size: inside[0].prefix for size, one in single.items() if (inside := one.own_layers())}
    if not own or prefixes.keys() != single.keys():
        return

    def run(layer: unroll.Layer, inputs: Array) -> tuple[Array, Array]:
        one = single[layer.size]
        loop.student.load(one.thing, {prefixes[layer.size] + name: w for name, w in layer.weights.items()})
        return one.run(inputs, lengths)

    bottom = run(own[0], x)
    yield bottom
    for order in unroll.orders(own):
        answer = bottom
        for layer in order[1:]:
            answer = run(layer, answer[0])
        yield answer


@with_a_sound_cell()
def made_of_own_cells(student: Any, draw: Draw, kind: str) -> None:
    """A notice: without their own cells inside, states are judged by properties only."""
    if Loop(student, draw, kind, 2).own_layers() is None:
        raise Mismatch(
            f"In a DeepRNN with two layers PyTorch does not find two of your {unroll.CELLS[kind]}s, the "
            "first for the inputs and the second for hidden states, so fewer checks can judge its states.",
            "What does print(model) show, and could DeepRNN use the cells that you wrote in the unit before?",
        )


@with_a_sound_cell()
def follows_its_input(student: Any, draw: Draw, kind: str) -> None:
    """A notice: nothing is pinned to the CPU."""
    cells.off_the_cpu(
        student, Loop(student, draw, kind).thing, "DeepRNN", draw.normal(len(LENGTHS), T, D), LENGTHS
    )
