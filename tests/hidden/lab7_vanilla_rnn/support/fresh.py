"""Fresh numbers that hide nothing: with any usual φ, every word and every weight counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from autograder.checks import Draw
from tests.hidden.lab7_vanilla_rnn.support import reference
from tests.visible.lab7_vanilla_rnn.support import equations, steps
from tests.visible.lab7_vanilla_rnn.support.lab import NAMES, WORDS

RATES = (0.17, 0.21, 0.29, 0.33)  # none of them is written into a script
VOCABULARY = ("it", "was", "never", "a", "dull", "or", "slow", "story")
APART = 0.03  # between the scores of a sentence and of its neighbours
SLOPE = 0.025  # the largest of every weight, and of every word of the first sentence
MEASURED = 1e-3  # how far a measured slope is off, at most; four times as much is allowed


def case(draw: Draw) -> equations.Case:
    """A case in which a sentence and its neighbours are told apart."""
    while True:
        given = equations.case(draw, VOCABULARY, 4, (4, 2))
        scores = [np.array(reference.scores(given, phi)[:6]) for phi in reference.USUAL]
        if all(np.abs(each[1:] - each[0]).min() > APART for each in scores):
            return given


def long_case(draw: Draw) -> equations.Case:
    """A case in which the first half of a sentence counts, and float32 is exact enough with any φ. How long
    it is no script can know.
    """
    least, short = equations.LONG
    while True:
        given = equations.long_case(draw, VOCABULARY, 5, (int(draw.integers(least, 3 * least)), short))
        late = replace(given, sentences=tuple(each[-10:] for each in given.sentences))
        apart = [
            np.abs(np.subtract(reference.scores(given, phi), reference.scores(late, phi))).min()
            for phi in ("tanh", "ReLU")
        ]
        if min(apart) > APART and all(_is_exact(given, phi) for phi in reference.PHIS):
            return given


def _is_exact(given: equations.Case, phi: str) -> bool:
    """Whether errors of float32 stay far below the tolerance: weights of the next number leave the scores."""
    moved = {name: np.nextafter(weight, np.float32(np.inf)) for name, weight in given.weights.items()}
    scores = np.array(reference.scores(given, phi))
    change = np.abs(scores - reference.scores(replace(given, weights=moved), phi))
    return bool((change < equations.TOLERANCE / 20 * (1 + np.abs(scores))).all())


def lesson(draw: Draw) -> steps.Lesson:
    """A case in which a gradient that stops on its way is far off, and slopes can be measured."""
    return _first(draw, steps.lesson, lambda given: is_telling(given) and is_measurable(given))


def long_lesson(draw: Draw) -> steps.Lesson:
    """A long sentence whose first word counts for what U learns, and whose slopes can be measured."""
    return _first(
        draw,
        steps.long_lesson,
        lambda given: reaches_far(given) and is_measurable(given, ("U",), steps.FINE),
    )


def _first(
    draw: Draw, made: Callable[[Draw], steps.Lesson], is_good: Callable[[steps.Lesson], bool]
) -> steps.Lesson:
    rate = RATES[int(draw.integers(0, len(RATES)))]
    while True:
        given = replace(made(draw), rate=rate)
        if is_good(given):
            return given


def reaches_far(given: steps.Lesson) -> bool:
    slope = reference.slopes(given.start, given.data[0], WORDS, "tanh", names=("U",))["U"]
    return bool(np.abs(slope[:, WORDS.index(given.data[0][0][0])]).max() > 4 * SLOPE)


def is_telling(given: steps.Lesson) -> bool:
    """Every word counts with any usual φ, every weight with any φ at all."""
    for phi in reference.PHIS:
        slope = reference.slopes(given.start, given.data[0], WORDS, phi)
        parts = [slope[name] for name in NAMES]
        if phi in reference.USUAL:
            parts += [slope["U"][:, WORDS.index(word)] for word in given.data[0][0]]
        if any(np.abs(part).max() < SLOPE for part in parts):
            return False
    return True


def is_measurable(given: steps.Lesson, names: Sequence[str] = NAMES, step: float = steps.STEP) -> bool:
    """With any φ, steps as large as those of the check find the slope; no corner of φ is near."""
    for phi in reference.PHIS:
        slope = reference.slopes(given.start, given.data[0], WORDS, phi, names=names)
        measured = reference.slopes(given.start, given.data[0], WORDS, phi, step, names=names)
        if any(np.abs(measured[name] - slope[name]).max() > MEASURED for name in names):
            return False
    return True
