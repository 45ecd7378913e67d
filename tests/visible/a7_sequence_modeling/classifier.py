"""Checks of the author classifier, judged with the student's own DeepRNN, and of `count_parameters`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, expect
from autograder.judge.scores import look_raw
from autograder.judge.weights import randomise, touched
from tests.visible.a7_sequence_modeling import cells
from tests.visible.a7_sequence_modeling.loops import (
    KINDS,
    LENGTHS,
    ON_PADDING,
    SOUND,
    H,
    Loop,
    T,
    is_sound,
    with_a_sound_cell,
)

Array = NDArray[Any]

V, C = 11, 3


class Classifier:
    """A student's AuthorClassifier with random weights."""

    def __init__(
        self, student: Any, draw: Draw, kind: str = "rnn", layers: int = 1, scale: float = 0.5
    ) -> None:
        self.student = student
        self.thing = student.new("AuthorClassifier", V, H, cell=kind, num_layers=layers)
        self.logits(draw.tokens([3, 2], V), np.array([3, 2]))
        randomise(student, self.thing, draw, scale)

    def logits(self, tokens: Array, lengths: Array) -> Array:
        got = self.student.call(self.thing, tokens, lengths)
        clean: Array = expect(got, "AuthorClassifier's logits", axes="BC").to_be_shaped((len(tokens), C))
        return clean


@with_a_sound_cell()
def shapes(student: Any, draw: Draw, kind: str) -> None:
    for layers in (1, 2):
        model = Classifier(student, draw, kind, layers)
        model.logits(draw.tokens(list(LENGTHS), V, columns=T), LENGTHS)
        model.logits(draw.tokens([1], V), np.array([1]))
    four = student.new("AuthorClassifier", V, H, cell=kind, num_classes=4)
    got = student.call(four, draw.tokens([3, 2], V), np.array([3, 2]))
    expect(got, "AuthorClassifier's logits", axes="BC").to_be_shaped((2, 4))


@with_a_sound_cell(cells.weights_learn)
def learns_with_all_its_parts(student: Any, draw: Draw, kind: str) -> None:
    """Its embedding, a DeepRNN of the kind and depth that was asked for, and its head all get a gradient."""
    lengths = np.array([V - 1, 4])
    tokens = draw.tokens(list(lengths), V)
    tokens[0] = np.arange(1, V)
    others = (k for k in reversed(KINDS) if k != kind)
    sound = (k for k in others if is_sound(student, draw, k, (*SOUND, cells.weights_learn)))
    for which, layers in ((kind, 1), (kind, 2), *((other, 1) for other in itertools.islice(sound, 1))):
        loop = Loop(student, draw, which, layers, H)
        x = draw.normal(2, V - 1, H)
        _, last = loop.run(x, lengths)
        inside = touched(
            student.gradients(loop.thing, x, lengths, pull=(None, draw.normal(*last.shape))).weights
        )
        want = inside + (V - 1) * H + C * H + C
        model = Classifier(student, draw, which, layers)
        got = touched(student.gradients(model.thing, tokens, lengths, pull=draw.normal(2, C)).weights)
        if got < want:
            raise Mismatch(
                f'A gradient reaches {got} weights of an AuthorClassifier with cell="{which}" and {layers} '
                f"layer{'s' if layers > 1 else ''}; its embedding, its DeepRNN and its head have {want}.",
                "Does DeepRNN get the kind of cell and the number of layers, and can a gradient reach every "
                "part?",
            )


@with_a_sound_cell()
def scores_are_raw(student: Any, draw: Draw, kind: str) -> None:
    """Nothing squeezes the scores: no softmax, σ, ReLU or tanh after the last linear layer."""
    model = Classifier(student, draw, kind, scale=2.0)
    lengths = draw.integers(1, 7, 32)
    logits = model.logits(draw.tokens(list(lengths), V), lengths)
    look_raw(logits, "AuthorClassifier")


@with_a_sound_cell()
def ignores_padding(student: Any, draw: Draw, kind: str) -> None:
    model = Classifier(student, draw, kind)
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


@with_a_sound_cell()
def reads_first_and_last(student: Any, draw: Draw, kind: str) -> None:
    model = Classifier(student, draw, kind)
    tokens = draw.tokens(list(LENGTHS), V, columns=T)
    logits = model.logits(tokens, LENGTHS)
    rows = np.arange(len(LENGTHS))
    for column, which in ((LENGTHS - 1, "last"), (0 * LENGTHS, "first")):
        other = tokens.copy()
        other[rows, column] = tokens[rows, column] % (V - 1) + 1
        expect(model.logits(other, LENGTHS), "AuthorClassifier's logits", axes="BC").to_differ(
            logits,
            otherwise=f"{{name}} do not depend on a row's {which} character (row {{rows}}, counted from 0).",
            hint="Which state has read the whole row, and nothing after it?",
        )


def parameters_are_counted(student: Any) -> None:
    """On modules of torch's own, so that nothing else of the student's has a say."""
    for module, sizes, count in (("Linear", (4, 3), 15), ("Bilinear", (2, 3, 4), 28)):
        thing = student.new(f"torch.nn.{module}", *sizes)
        expect(student.call("count_parameters", thing), "count_parameters").to_be_number(
            count,
            otherwise=f"{{name}} does not give {count} for a module with {count} weights, biases included.",
            hint="A 3 × 4 matrix is one parameter tensor: how many weights are in it?",
            tolerance=1e-9,
        )
