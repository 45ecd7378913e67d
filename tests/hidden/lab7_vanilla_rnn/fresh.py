"""Fresh numbers that hide nothing: with any usual φ, every word and every weight counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.hidden.lab7_vanilla_rnn import reference
from tests.visible.lab7_vanilla_rnn import forward, sgd
from tests.visible.lab7_vanilla_rnn.lab import NAMES, WORDS

VOCABULARY = ("it", "was", "never", "a", "dull", "or", "slow", "story")
APART = 0.03  # between the scores of a sentence and of its neighbours
SLOPE = 0.04  # the largest of every weight, and of every word of the first sentence
CORNER = 0.15  # no argument of ReLU is nearer to its corner


def sentences(draw: Any) -> forward.Case:
    """A case in which a sentence and its neighbours are told apart."""
    while True:
        given = forward.case(draw, VOCABULARY, 4, (4, 2))
        scores = [np.array(reference.scores(given, phi)[:6]) for phi in reference.USUAL]
        if all(np.abs(each[1:] - each[0]).min() > APART for each in scores):
            return given


def lessons(draw: Any) -> sgd.Case:
    """A case in which a gradient that stops on its way is far from the right one."""
    while True:
        given = sgd.case(draw)
        if all(is_telling(given, phi) for phi in reference.USUAL):
            return given


def is_telling(given: sgd.Case, phi: str) -> bool:
    if phi == "ReLU" and reference.nearest_corner(given.start, given.data[0][0], WORDS) < CORNER:
        return False
    slope = reference.slopes(given.start, given.data[0], WORDS, phi)
    words = [slope["U"][:, WORDS.index(word)] for word in given.data[0][0]]
    return all(np.abs(part).max() > SLOPE for part in (*(slope[name] for name in NAMES), *words))
