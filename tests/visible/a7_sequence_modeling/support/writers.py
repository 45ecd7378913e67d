"""A student's model as the grader reads it, greedily, to tell what a function that writes should write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from autograder.checks import (
    Array,
    CannotJudge,
    Draw,
    Mismatch,
    Student,
    Thing,
    Value,
    describe,
    expect,
    new_reader,
)
from tests.visible.a7_sequence_modeling.support.texts import SPECIALS, usable_vocabulary

LETTERS = "The sumrabcdfgiklnop.,"
H = 16
SHARP = np.float32(300)  # the output layer times this leaves nothing to chance, at any usual temperature
AUTHORS = np.arange(3)


class Reading(NamedTuple):
    """What a model ranks first, step after step: (rows, steps) ids, and how clearly."""

    ids: Array
    margins: Array


class Writer:
    """A student's OneToMany or ManyToMany with weights that are drawn again at every `redraw`."""

    def __init__(self, student: Student, name: str) -> None:
        self.student, self.name = student, name
        self.vocab = usable_vocabulary(student, [LETTERS])
        self.letters = {index: symbol for symbol, index in self.vocab.items() if len(symbol) == 1}
        self.size = len(self.vocab)
        # Symbols beyond the interface, as <UNK>, are never trained: no trained model would write them.
        self.extra = [i for symbol, i in self.vocab.items() if len(symbol) > 1 and symbol not in SPECIALS]
        self.thing = self.make()
        self.scores(np.ones((3, 2), np.int64))

    def make(self) -> Thing:
        """The model, as it starts."""
        return self.student.new(self.name, self.size, H)

    def redraw(self, draw: Draw, scale: float = 1.5) -> None:
        """Large tables and no bias for any character, lest the model falls into a rut."""
        self.thing.randomised(draw, scale, torchs_layers=True)
        weights = self.thing.trainable
        tables = {name: 2 * w for name, w in weights.items() if w.ndim == 2 and self.size in w.shape}
        biases = {name: 0 * w for name, w in weights.items() if w.shape == (self.size,)}
        for bias in biases.values():
            bias[self.extra] = -1000
        self.thing.load(tables | biases)

    def deal(self, places: dict[int, int]) -> Array:
        """Give ids new places in every weight that has one row or column per id; where each id went.

        The model then reads and writes as before, under other names. Other ids fill the places that are left.
        """
        places = places | {i: i for i in self.extra}
        rest = [i for i in range(self.size) if i not in places.values()]
        where = np.array([places[i] if i in places else rest.pop() for i in range(self.size)])
        back = np.argsort(where)
        weights = {name: w for name, w in self.thing.trainable.items() if self.size in w.shape}
        self.thing.load(
            {name: np.take(w, back, axis=w.shape.index(self.size)) for name, w in weights.items()}
        )
        return where

    def scores(self, prefixes: Array, authors: Array = AUTHORS, train: bool = False) -> Array:
        """Those of the next character after each row: (rows, V)."""
        args = (authors[: len(prefixes)], prefixes) if self.name == "OneToMany" else (prefixes,)
        got = self.thing(*args, train=train)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BTV").to_be_shaped(
            (*prefixes.shape, self.size)
        )
        return clean[:, -1]

    def read(self, starts: Array, steps: int, authors: Array = AUTHORS, memory: bool = True) -> Reading:
        """Greedy reading from `starts` (rows, T); without memory each step sees the last character only."""
        prefixes, margins = starts, []
        for _ in range(steps):
            scores = self.scores(prefixes if memory else prefixes[:, -1:], authors)
            order = np.sort(scores, axis=1)
            margins.append(order[:, -1] - order[:, -2])
            prefixes = np.concatenate([prefixes, scores.argmax(1)[:, None]], axis=1)
        return Reading(prefixes[:, starts.shape[1] :], np.stack(margins, axis=1))

    def text(self, ids: Sequence[int]) -> str:
        """The characters up to the first special token."""
        out = ""
        for index in ids:
            if index not in self.letters:
                break
            out += self.letters[index]
        return out

    def sharpen(self, draw: Draw, write: Callable[[int], str], function: str) -> None:
        """Make the scores so large that softmax leaves no choice to `function`, which `write(seed)` calls.

        Where they cannot be made so, eight texts under level scores must not be the same; and CannotJudge.
        """
        if self._is_sharp():
            return
        self.redraw(draw.child("level"), scale=0.05)
        if len({write(seed) for seed in range(8)}) == 1:
            raise Mismatch(
                f"Eight texts that {function} samples are all the same, though no character is much likelier "
                "than another.",
                "Are you sampling, or taking the maximum?",
            )
        raise CannotJudge(
            f"Whether {function} samples rightly cannot be seen: the scores of {self.name} cannot be made so "
            "sharp that one character alone is likely."
        )

    def _is_sharp(self) -> bool:
        """Multiply the output layer; where it is the embedding, too, divide the layer that reads it by as
        much. False where neither gives the same scores, so much larger.
        """
        before = self.thing.trainable
        probe = np.ones((3, 2), np.int64)
        want = SHARP * self.scores(probe)
        biases = [name for name, w in before.items() if w.shape == (self.size,)]
        tables = [name for name, w in before.items() if w.ndim == 2 and self.size in w.shape]
        readers = [name for name in before if "weight_ih_l0" in name]
        for names, less in (*(([table], []) for table in tables), (tables, readers)):
            sharp: dict[str, Array] = {name: SHARP * before[name] for name in (*names, *biases)}
            sharp |= {name: before[name] / SHARP for name in less}
            self.thing.load(sharp)
            if np.allclose(self.scores(probe), want, rtol=1e-3, atol=0.1):
                return True
            self.thing.load({name: before[name] for name in sharp})
        return False

    def write(self, function: str, *args: Value, seed: int = 0, **kwargs: Value) -> str:
        """What the student's function returns, without special tokens; the model comes in training mode."""
        self.scores(np.ones((3, 2), np.int64), train=True)
        got = self.student.call(function, self.thing, *args, seed=seed, **kwargs)
        if not isinstance(got, str):
            raise Mismatch(f"{function} was to return a text; got {describe(got)}.")
        if any(special in got for special in SPECIALS):
            raise Mismatch(
                f"{function} writes special tokens into its text.",
                "Should the reader see special tokens, and does the highest score along the characters' "
                "axis win?",
            )
        return got


class Reader(Writer):
    """A model of the grader's that forgets no character and never writes a special token."""

    def make(self) -> Thing:
        return new_reader(self.student, self.size, H)

    def redraw(self, draw: Draw, scale: float = 1.5) -> None:
        super().redraw(draw, scale)
        bias = np.full(self.size, -1e6, np.float32)
        bias[list(self.letters)] = 0
        table = self.thing.trainable["embedding.weight"]
        table -= table[list(self.letters)].mean(axis=0)  # lest a long sum points where the mean does
        self.thing.load({"output.bias": bias, "embedding.weight": table})
