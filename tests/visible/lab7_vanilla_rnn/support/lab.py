"""The student's script as an experiment.

First weights, sentences and learning rate go in; losses, weights afterwards and predictions come out. All of
these are claims of the script, checked before they are used.
"""

from __future__ import annotations

import contextlib
import math
import re
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    NotStarted,
    Student,
    StudentFailure,
    StudentMissing,
    StudentRaised,
    Value,
    as_items,
    as_numbers,
    describe,
    listing,
)
from autograder.submission import Submission

Start = Mapping[str, Array]  # the five weights before training
Sentence = tuple[str, ...]
Data = Sequence[tuple[Sentence, int]]
Ran = tuple[dict[str, Value], frozenset[str]]  # what a run ends with, and which weights it took

MODULE = "lab7"
NAMES = ("W", "U", "b", "W_out", "b_out")
WORDS = ("The", "movie", "is", "good", "bad")
NO_LEARNING = 1e-9  # a learning rate that changes no float32 weight


def shapes(n: int, m: int) -> dict[str, tuple[int, int]]:
    return {"W": (n, n), "U": (n, m), "b": (n, 1), "W_out": (2, n), "b_out": (2, 1)}


def random_weights(draw: Draw, n: int, m: int, scale: float) -> dict[str, Array]:
    """First weights of moderate size, so that no activation saturates and no gradient is tiny."""
    return {name: draw.distinct(*shape, scale=scale) for name, shape in shapes(n, m).items()}


def bias_towards_1(amount: float) -> Array:
    """A b_out by which class 1 scores so much higher."""
    return np.array([[-amount / 2], [amount / 2]], np.float32)


def in_float32(weights: Start) -> dict[str, Array]:
    return {name: weight.astype(np.float32) for name, weight in weights.items()}


@dataclass(frozen=True)
class Trained:
    """What a run left behind. `predictions` are raw, from the list of that name or as they were printed."""

    losses: list[float]
    predictions: Value
    found: Start  # the weights; NaN and all

    @property
    def weights(self) -> dict[str, Array]:
        """The weights afterwards. Raises Mismatch for NaN."""
        for name, weight in self.found.items():
            if not np.isfinite(weight).all():
                raise Mismatch(f"{name} holds NaN or infinite numbers after one epoch.")
        return dict(self.found)

    def has_moved(self, start: Start) -> bool:
        """Whether the weights are other ones than at the start."""
        return any(not np.allclose(self.found[name], start[name], atol=1e-6) for name in NAMES)


class Lab:
    """One student's script with n hidden units and these words as its vocabulary."""

    def __init__(self, student: Student, submission: Submission, n: int, words: Sequence[str]) -> None:
        self._student, self._submission = student, submission
        self.n, self.words = n, tuple(words)

    def needs(self, *names: str) -> None:
        """Raise StudentMissing for a constant that the script does not set: then no run can be as asked."""
        modules = self._submission.program.modules
        file = next((each.filename for each in modules if each.name == MODULE), MODULE)
        for name in names:
            if not self._submission.place_of(name):
                raise StudentMissing(
                    name,
                    f"{file} sets no {name} at its top level: the checks run your script with other values "
                    "of it, so keep its name.",
                )

    def train(
        self,
        start: Start,
        data: Data,
        *,
        rate: float = NO_LEARNING,
        epochs: int = 1,
        tests: Sequence[Sentence] = (),
    ) -> Trained:
        """Run the script from `start` on `data`, whose sentences have all the same length.

        Raises Mismatch for what no sound script does.
        """
        length = len(data[0][0])
        constants = {
            "vocab": {word: index for index, word in enumerate(self.words)},
            "train_data": list(data),
            "test_sentences": [list(sentence) for sentence in tests or [data[0][0]]],
            "n": self.n,
            "m": len(self.words),
            "T": length,
            "learning_rate": rate,
            "num_epochs": epochs,
        }
        try:
            found, held = run(self._student, start, constants, ("loss_history", *NAMES))
        except StudentRaised as error:
            self.needs("vocab", "train_data")
            raise Mismatch(
                f"With n = {self.n}, {len(self.words)} words and sentences of {length}, the script raised "
                f"{error.sentence}",
                "The script runs with the handout's sizes: does each size follow n, vocab and the sentence?",
                place=self._submission.place(*error.frames[-1]) if error.frames else "",
            ) from None
        wanted = shapes(self.n, len(self.words))
        weights = {name: self._weight(found[name], name, shape) for name, shape in wanted.items()}
        for name in NAMES:
            if name not in held:
                raise Mismatch(
                    f"{name} does not keep the value that it has before training begins.",
                    "Are the weights made once, at the top level of the script and before the training loop?",
                )
        return Trained(losses(found["loss_history"]), found.get("predictions"), weights)

    def loss(self, start: Start, sentence: Sentence, label: int) -> float:
        """The loss that the script reports for one sentence, before it learns from it."""
        return self.train(start, [(sentence, label)]).losses[0]

    def score(self, start: Start, sentence: Sentence) -> float:
        """How much higher class 1 scores than class 0: for a cross-entropy, the difference of two losses."""
        return self.loss(start, sentence, 0) - self.loss(start, sentence, 1)

    def factor(self, start: Start, sentences: Sequence[Sentence]) -> float | None:
        """How many times the cross-entropy the losses in loss_history are: 0.5 where each is halved.

        Two classes have exp(-loss / factor) add up to 1. None when no one factor explains all losses.
        """
        found = []
        for sentence in sentences:
            pair = [self.loss(start, sentence, label) for label in (0, 1)]
            if min(pair) < 0:
                return None
            says_nothing = min(pair) < 0.01 or abs(pair[0] - pair[1]) < 1e-5  # next to nothing, or no label
            if not says_nothing:
                found.append(_factor(*pair))
        if found and max(found) - min(found) > 0.01 * max(found):
            return None
        return found[0] if found and abs(found[0] - 1) > 0.02 else 1.0

    def _weight(self, value: Value, name: str, shape: tuple[int, int]) -> Array:
        """A weight in the handout's orientation, whatever the script's own."""
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            raise Mismatch(f"{name} was wanted as a tensor of decimal numbers; got {describe(value)}.")
        if value.size != shape[0] * shape[1]:
            self.needs("n", "vocab")
            raise Mismatch(
                f"With n = {self.n} and {len(self.words)} words, {name} has shape {value.shape}; "
                f"{shape} was wanted.",
                "Which of its sizes should follow n, and which the number of words?",
            )
        turned = value.T if value.shape != shape and value.T.shape == shape else value
        return turned.reshape(shape).astype(np.float64)


def _factor(one: float, other: float) -> float:
    """The f for which exp(-one / f) + exp(-other / f) = 1; the sum grows with f."""
    low, high = 1e-6, 1e6
    for _ in range(100):
        middle = math.sqrt(low * high)
        above = math.exp(-one / middle) + math.exp(-other / middle) > 1
        low, high = (low, middle) if above else (middle, high)
    return low


def losses(value: Value) -> list[float]:
    """loss_history as numbers. Raises Mismatch."""
    hint = "Is the loss of every epoch appended to loss_history?"
    if not as_items(value, "loss_history", hint=hint):
        raise Mismatch("loss_history is empty after training.", hint)
    return as_numbers(value, "loss_history", hint=hint)


# -- runs and their predictions ------------------------------------------------------------------------------

_PRINTED = re.compile(r"predict\w*\W+(?:is\W+)?(?:tensor\W*)?(\d)\b", re.IGNORECASE)
_prints: weakref.WeakSet[Student] = weakref.WeakSet()  # those whose script prints its predictions only
_unchanged: weakref.WeakKeyDictionary[Student, dict[str, Value] | StudentFailure] = (
    weakref.WeakKeyDictionary()
)


def run(student: Student, start: Start, constants: Mapping[str, Value], names: Sequence[str] = NAMES) -> Ran:
    """`Student.run_from`, with the predictions among what it finds.

    The handout's own script has no list of them: where it is absent, they are what the script prints, one
    "Prediction: 1" for each test sentence.
    """
    if student not in _prints:
        try:
            return student.run_from(MODULE, start, constants, [*names, "predictions"])
        except StudentMissing as missing:
            if missing.name != "predictions":
                raise
            _prints.add(student)
    student.fresh()  # so that all of this run's text, and no other's, is there
    before = len(student.printed)
    found, held = student.run_from(MODULE, start, constants, names)
    student.fresh()
    printed = [int(digit) for digit in _PRINTED.findall(student.printed[before:])]
    return {**found, "predictions": printed}, held


def unchanged(student: Student) -> dict[str, Value]:
    """The student's own run, with no constant changed. Raises what it raised, also when asked again."""
    if student not in _unchanged:
        try:
            _unchanged[student] = run(student, {}, {}, ("test_sentences", "loss_history", *NAMES))[0]
        except StudentFailure as failure:
            _unchanged[student] = failure
    found = _unchanged[student]
    if isinstance(found, StudentFailure):
        raise found
    return found


def is_filled_in(submission: Submission, *names: str) -> None:
    """Raise NotStarted while all of these names are the template's."""
    if submission.blanks(MODULE).issuperset(names):
        raise NotStarted(f"not started ({listing(names)} {'are' if len(names) > 1 else 'is'} still None)")


def runs(student: Student) -> None:
    """One epoch on the handout's own constants. Raises what the script raises."""
    with contextlib.suppress(StudentMissing):  # what is missing costs where it is needed
        student.run(MODULE, {"num_epochs": 1}, ["loss_history", "predictions"])
