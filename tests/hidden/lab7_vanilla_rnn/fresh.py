"""Fresh numbers that hide nothing: with any usual φ, every word and every weight counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.hidden.lab7_vanilla_rnn import reference
from tests.visible.lab7_vanilla_rnn import forward, sgd
from tests.visible.lab7_vanilla_rnn.lab import NAMES, WORDS

VOCABULARY = ("it", "was", "never", "a", "dull", "or", "slow", "story")
APART = 0.03  # between the scores of a sentence and of its neighbours
SLOPE = 0.025  # the largest of every weight, and of every word of the first sentence
MEASURED = 1e-3  # how far a measured slope is off, at most; four times as much is allowed


def sentences(draw: Any) -> forward.Case:
    """A case in which a sentence and its neighbours are told apart."""
    while True:
        given = forward.case(draw, VOCABULARY, 4, (4, 2))
        scores = [np.array(reference.scores(given, phi)[:6]) for phi in reference.USUAL]
        if all(np.abs(each[1:] - each[0]).min() > APART for each in scores):
            return given


def lessons(draw: Any) -> sgd.Case:
    """A case in which a gradient that stops on its way is far off, and slopes can be measured."""
    while True:
        given = sgd.case(draw)
        if is_telling(given) and is_measurable(given):
            return given


def is_telling(given: sgd.Case) -> bool:
    """With any usual φ, every weight and every word counts."""
    for phi in reference.USUAL:
        slope = reference.slopes(given.start, given.data[0], WORDS, phi)
        words = [slope["U"][:, WORDS.index(word)] for word in given.data[0][0]]
        if any(np.abs(part).max() < SLOPE for part in (*(slope[name] for name in NAMES), *words)):
            return False
    return True


def is_measurable(given: sgd.Case) -> bool:
    """With any φ, steps as large as those of the check find the slope; no corner of φ is near."""
    for phi in reference.PHIS:
        slope = reference.slopes(given.start, given.data[0], WORDS, phi)
        measured = reference.slopes(given.start, given.data[0], WORDS, phi, sgd.STEP)
        if any(np.abs(measured[name] - slope[name]).max() > MEASURED for name in NAMES):
            return False
    return True
