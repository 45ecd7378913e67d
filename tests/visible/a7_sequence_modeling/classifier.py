"""Checks of the author classifier, judged with the student's own DeepRNN, and of `count_parameters`."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.scores import look_raw
from autograder.checks.weights import on_some_weights, randomise, touched
from tests.visible.a7_sequence_modeling import cells, loops, over_linear_cells
from tests.visible.a7_sequence_modeling.loops import LENGTHS, ON_PADDING, H, LinearLoop, OwnLoop, T, long_rows

Array = NDArray[Any]

V, C = 11, 3


class Classifier:
    """A student's AuthorClassifier with random weights."""

    made_by, loop = "AuthorClassifier", OwnLoop

    def __init__(
        self,
        student: Any,
        draw: Draw,
        kind: str = "rnn",
        layers: int = 1,
        scale: float = 0.5,
        classes: int | None = None,
    ) -> None:
        self.student, self.classes = student, classes or C
        more = {"num_classes": classes} if classes else {}
        self.thing = student.new(self.made_by, V, H, cell=kind, num_layers=layers, **more)
        self.logits(draw.tokens([3, 2], V), np.array([3, 2]))
        randomise(student, self.thing, draw, scale)
        self._prepare(draw)

    def _prepare(self, draw: Draw) -> None:
        pass

    def logits(self, tokens: Array, lengths: Array) -> Array:
        got = self.student.call(self.thing, tokens, lengths)
        shape = (len(tokens), self.classes)
        clean: Array = expect(got, "AuthorClassifier's logits", axes="BC").to_be_shaped(shape)
        return clean


class LinearClassifier(Classifier):
    """With linear cells of the grader's inside, whose states neither vanish nor grow. Raises NoCells."""

    made_by, loop = "LinearAuthorClassifier", LinearLoop

    def _prepare(self, draw: Draw) -> None:
        weights = self.student.weights(self.thing)
        self.inside = over_linear_cells.cells_inside(weights)
        if not self.inside:
            raise loops.NoCells
        for cell, prefix in self.inside:
            layer = over_linear_cells.drawn(cell, prefix, H, H, draw)
            numbers = (np.float32(layer.by_input), np.float32(layer.by_state))
            self.student.load(self.thing, dict(zip(layer.names, numbers, strict=True)))


over_known_cells = functools.partial(loops.over_known_cells, linear=LinearClassifier, own=Classifier)


@over_known_cells()
def shapes(make: loops.Make, draw: Draw, kind: str) -> None:
    for layers in (1, 2):
        model = make(draw, kind, layers)
        model.logits(draw.tokens(list(LENGTHS), V, columns=T), LENGTHS)
        model.logits(draw.tokens([1], V), np.array([1]))
    make(draw, kind, classes=4)


def learns_with_all_its_parts(student: Any, draw: Draw) -> None:
    """Its embedding, a DeepRNN of the kind and depth that was asked for, and its head all get a gradient."""
    for kind, layers in (("rnn", 1), ("rnn", 2), ("lstm", 1), ("gru", 1)):
        _learns_with_all_its_parts(student, draw.child(f"{kind} {layers}"), kind, layers=layers)


@over_known_cells(cells.weights_learn)
def _learns_with_all_its_parts(make: loops.Make, draw: Draw, kind: str, layers: int) -> None:
    lengths = np.array([V - 1, 4])
    tokens = draw.tokens(list(lengths), V)
    tokens[0] = np.arange(1, V)
    model = make(draw, kind, layers)
    loop = model.loop(model.student, draw, kind, layers, H)
    x = draw.normal(2, V - 1, H)
    _, last = loop.run(x, lengths)
    pull = (None, draw.normal(*last.shape))
    inside = touched(model.student.gradients(loop.thing, x, lengths, pull=pull).weights)
    want = inside + (V - 1) * H + C * H + C
    got = touched(model.student.gradients(model.thing, tokens, lengths, pull=draw.normal(2, C)).weights)
    if got < want:
        raise Mismatch(
            f'A gradient reaches {got} weights of an AuthorClassifier with cell="{kind}" and {layers} '
            f"layer{'s' if layers > 1 else ''}; its embedding, its DeepRNN and its head have {want}.",
            "Does DeepRNN get the kind of cell and the number of layers, and can a gradient reach every "
            "part?",
        )
    if isinstance(model, LinearClassifier) and {cell for cell, _ in model.inside} != set(loop.cells):
        raise Mismatch(
            f'An AuthorClassifier with cell="{kind}" holds another kind of cell.',
            "Does DeepRNN get the kind of cell?",
        )


@over_known_cells()
def scores_are_raw(make: loops.Make, draw: Draw, kind: str) -> None:
    """Nothing squeezes the scores: no softmax, σ, ReLU or tanh after the last linear layer."""

    def look(some: Draw) -> None:
        model = make(some, kind, scale=2.0)
        lengths = some.integers(1, 7, 32)
        look_raw(model.logits(some.tokens(list(lengths), V), lengths), "AuthorClassifier")

    on_some_weights(draw, look)


@over_known_cells()
def ignores_padding(make: loops.Make, draw: Draw, kind: str) -> None:
    model = make(draw, kind)
    tokens = draw.tokens(list(LENGTHS), V, columns=T)
    logits = model.logits(tokens, LENGTHS)
    if np.ptp(logits, axis=0).max() < 1e-6:
        raise Mismatch(
            "AuthorClassifier's logits are the same for every row.", "What does a row's score depend on?"
        )
    longer = np.pad(tokens, ((0, 0), (0, 3)))
    expect(model.logits(longer, LENGTHS), "AuthorClassifier's logits", axes="BC").to_match(
        logits, otherwise="{name} are not the same with more padding, {where}.", hint=ON_PADDING
    )
    for row, length in enumerate(LENGTHS):
        alone = model.logits(tokens[row : row + 1, :length], LENGTHS[row : row + 1])
        expect(alone, f"The logits of row {row} alone").to_match(
            logits[row : row + 1],
            otherwise=f"Row {row} (counted from 0) has other logits alone than in its batch.",
            hint="What can change logits besides a row's own characters: padding, other rows, an earlier "
            "call?",
        )


@over_known_cells()
def reads_first_and_last(make: loops.Make, draw: Draw, kind: str) -> None:
    """Rows without padding: what a model makes of padding has a check of its own."""

    def look(some: Draw) -> None:
        model = make(some, kind)
        for longest, first in ((T, True), (int(long_rows(some)[0].max()), False)):
            lengths = np.full(len(LENGTHS), longest)
            tokens = some.tokens(list(lengths), V)
            _reads(model, tokens, lengths, (lengths - 1, 0 * lengths) if first else (lengths - 1,))

    on_some_weights(draw, look)  # tanh may forget the first character within a row


def _reads(model: Classifier, tokens: Array, lengths: Array, columns: tuple[Array, ...]) -> None:
    """Raise `Mismatch` unless the logits of each row depend on its character in each of these columns."""
    logits = model.logits(tokens, lengths)
    rows = np.arange(len(lengths))
    for column, which in zip(columns, ("last", "first"), strict=False):
        other = tokens.copy()
        other[rows, column] = tokens[rows, column] % (V - 1) + 1
        expect(model.logits(other, lengths), "AuthorClassifier's logits", axes="BC").to_differ(
            logits,
            otherwise=f"{{name}} do not depend on a row's {which} character (row {{rows}}, counted from 0).",
            hint="Which state has read the whole row, and nothing after it?",
        )


def embedding_has_the_width_of_the_state(student: Any, draw: Draw) -> None:
    """A notice: the text says that the embedding is as wide as the state."""
    cells.has_an_embedding(student, Classifier(student, draw).thing, "AuthorClassifier", V, H)


def parameters_are_counted(student: Any, draw: Draw) -> None:
    """On modules of torch's own, so that nothing else of the student's has a say."""
    a, b, c = (int(size) for size in draw.integers(2, 9, 3))
    for module, sizes, count in (
        ("Linear", (a, b), (a + 1) * b),
        ("Bilinear", (a, b, c), (a * b + 1) * c),
        ("Embedding", (a, c), a * c),
    ):
        thing = student.new(f"torch.nn.{module}", *sizes)
        expect(student.call("count_parameters", thing), "count_parameters").to_be_number(
            count,
            otherwise=f"{{name}} does not give {count} for a module with {count} weights, biases included.",
            hint="A 3 × 4 matrix is one parameter tensor: how many weights are in it?",
            tolerance=1e-9,
        )
