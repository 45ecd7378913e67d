"""Gradient descent by hand, judged without a gradient of the grader's.

One step must follow the slope of the loss that the script itself reports, measured by moving each weight a
little to either side. More steps must be what the script does one at a time. So the hidden state may be
wrong, and the step still right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.checks import Array, Draw, Mismatch, listing
from tests.visible.lab7_vanilla_rnn.support.lab import (
    NAMES,
    WORDS,
    Data,
    Lab,
    Sentence,
    Start,
    in_float32,
    random_weights,
)

N = 2  # the handout's sizes: what is judged here is not what other sizes do
SCALE = 1.2  # of weights
STEP = 0.01  # of a weight, to either side
FINE = 2e-3  # the same where a sentence is long
NOTHING = 1e-4  # a slope that is only float32's noise
# The measured slope of a float32 loss comes within 1e-3 of the gradient. For weights as below, a wrong
# gradient is off by more than ten times as much as is allowed here.
SLOPE = 4e-3
SAME = 1e-4  # of weights after the same steps

Step = dict[str, Array]


@dataclass(frozen=True)
class Lesson:
    """First weights, sentences to learn from, and a learning rate that no script has by itself."""

    start: Start
    data: Data
    rate: float = 0.25


def lesson(draw: Draw) -> Lesson:
    """Random weights and three sentences; the first has three different words."""
    order = [WORDS[index] for index in draw.order(len(WORDS))]
    data = [(tuple(order[:3]), 1), (tuple(order[1:4]), 0), ((order[3], order[0], order[3]), 1)]
    return Lesson(random_weights(draw, N, len(WORDS), SCALE), data)


def long_lesson(draw: Draw) -> Lesson:
    """One sentence of 14 times one word and 11 times another, and weights that keep a state over all of it:
    what U learns of the first word comes from more than ten steps before the last.
    """
    first, second = (WORDS[index] for index in draw.order(len(WORDS))[:2])
    start = random_weights(draw, N, len(WORDS), 1.0)
    start["W"] = (0.97 * np.eye(N) + 0.01 * start["W"]).astype(np.float32)
    start["U"] = (0.02 * np.abs(start["U"])).astype(np.float32)
    start["b"] = (0.01 * np.abs(start["b"])).astype(np.float32)
    return Lesson(start, [((first,) * 14 + (second,) * 11, int(draw.integers(0, 2)))])


def at_home(_: Draw | None = None) -> Lesson:
    """Numbers for which every weight and every word counts, and slopes can be measured, with any φ."""
    return lesson(Draw(37))


def long_at_home(_: Draw | None = None) -> Lesson:
    return long_lesson(Draw(1))


def follows_the_slope(lab: Lab, given: Lesson) -> Step:
    """Compare one step with the measured slope; the weights after it."""
    ran = lab.train(given.start, given.data[:1], rate=given.rate)
    if len(ran.losses) > 1:
        lab.needs("num_epochs")
        raise Mismatch(
            f"With num_epochs = 1 and one sentence, loss_history has {len(ran.losses)} entries.",
            "Does the training loop run num_epochs times?",
        )
    moved = {name: ran.weights[name] - given.start[name] for name in NAMES}
    reported = {name: _slope(lab, given, name) for name in NAMES}
    if np.abs(reported["W_out"]).max() < SLOPE:
        raise Mismatch(
            "The loss in loss_history hardly depends on W_out, so there is next to nothing to learn.",
            "Is that loss computed from the raw logits, with the number of each class in its own place?",
        )
    factor = _factor(lab, given.start, [each for each, _ in given.data])
    wanted = {name: -given.rate * reported[name] / factor for name in NAMES}
    tolerance = given.rate * SLOPE
    wrong = [name for name in NAMES if not _same(moved[name], wanted[name], tolerance)]
    if wrong:
        lab.needs("learning_rate", "train_data")
        if all(_same(moved[name], wanted[name] * factor, tolerance) for name in NAMES):
            raise Mismatch(
                f"The loss that is differentiated is {factor:.3g} times the cross-entropy of a sentence, and "
                "so is every step.",
                "What is done to loss between loss_fn and backward()?",
            )
        raise _wrong_step(wrong, moved, wanted, given.rate)
    unused = [name for name in NAMES if not np.abs(reported[name]).max() > NOTHING]
    if unused:
        raise Mismatch(
            f"The loss does not depend on {listing(unused)}, so no step can be right there.",
            "Does each of the five weights take part in the two equations, and the recurrence, too?",
        )
    return ran.weights


def reaches_far_back(lab: Lab, given: Lesson) -> None:
    """The gradient of a long sentence comes from its first words, too: the step of U, two columns of it."""
    [(sentence, _)] = given.data
    moved = lab.train(given.start, given.data, rate=given.rate).weights["U"] - given.start["U"]
    factor = _factor(lab, given.start, [sentence, sentence[:2], sentence[-2:]])
    for which, word in (("first", sentence[0]), ("last", sentence[-1])):
        column = WORDS.index(word)
        places = [(row, column) for row in range(N)]
        slope = _slope(lab, given, "U", places, FINE)[:, column] / factor
        if _same(moved[:, column], -given.rate * slope, given.rate * SLOPE):
            continue
        again = _slope(lab, given, "U", places, FINE / 2)[:, column] / factor
        measured = _same(again, slope, SLOPE)  # equations other than the right ones may bend too much
        if measured or not moved[:, column].any():
            raise Mismatch(
                f"In a sentence of {len(sentence)} words the step of U is not learning_rate times the "
                f"gradient of the loss, in the column of its {which} word.",
                "Does the gradient reach back over every step, to the first word?",
            )


def are_taken_in_turn(lab: Lab, given: Lesson, first: Step) -> None:
    """Many sentences and epochs are what single steps give, one after the other; `first` is the first."""
    start, data, rate = given.start, given.data, given.rate

    def step(weights: Start, index: int) -> Step:
        return lab.train(in_float32(weights), [data[index]], rate=rate).weights

    two = step(first, 1)
    got = lab.train(start, data[:2], rate=rate).weights
    if not _all_same(got, two):
        raise _wrong_order(got, start, first, two, step)
    again = step(step(step(step(two, 2), 0), 1), 2)
    got = lab.train(start, data, rate=rate, epochs=2).weights
    if not _all_same(got, again):
        if _all_same(got, lab.train(start, data, rate=rate).weights):
            raise Mismatch(
                "After two epochs the weights are what they are after one.",
                "Does every epoch go on from the weights of the one before, and update them?",
            )
        raise Mismatch(
            "Two epochs do not end at the weights that the same steps give one at a time.",
            "What is new when the second epoch begins: the weights, their .grad, learning_rate?",
        )


def _factor(lab: Lab, start: Start, sentences: Sequence[Sentence]) -> float:
    factor = lab.factor(start, sentences)
    if factor is None:
        raise Mismatch(
            "The loss in loss_history is not the cross-entropy of a sentence's two logits, and its gradient "
            "is another one.",
            "Which loss function does the template make, and what does it get?",
        )
    return factor


def _slope(
    lab: Lab, given: Lesson, name: str, places: Iterable[tuple[int, ...]] | None = None, step: float = STEP
) -> Array:
    """d loss / d weight, number by number; of these places only, if any are given."""
    slope = np.zeros(given.start[name].shape)
    sentence, label = given.data[0]
    for place in places or np.ndindex(*slope.shape):
        sides = []
        for side in (step, -step):
            weight = given.start[name].copy()
            weight[place] += side
            sides.append((float(weight[place]), lab.loss({**given.start, name: weight}, sentence, label)))
        (right, above), (left, below) = sides
        slope[place] = (above - below) / (right - left)
    return slope


def _wrong_step(wrong: Sequence[str], moved: Step, wanted: Step, rate: float) -> Mismatch:
    still = [name for name in wrong if not moved[name].any()]
    if len(still) == len(NAMES):
        return Mismatch(
            "No weight changes in an epoch.", "What is done with the gradients, and to which tensors?"
        )
    if still:
        return Mismatch(
            f"{listing(still)} {'do' if len(still) > 1 else 'does'} not change in a step.",
            "Does the update name all five weights, and does a gradient reach each of them?",
        )
    for factor, said, hint in (
        (-1.0, "goes uphill", "Which way is downhill: with the gradient or against it?"),
        (0.1 / rate, "does not change with learning_rate", "Which number stands before the gradient?"),
        (2.0, "is twice as long as it should be", "How often is each weight updated for a sentence?"),
        (1 / rate, "is not scaled by learning_rate", "What stands before the gradient?"),
    ):
        if all(_same(moved[name], factor * wanted[name], rate * SLOPE) for name in wrong):
            of = "every weight" if len(wrong) == len(NAMES) else listing(wrong)
            return Mismatch(f"The step of {of} {said}.", hint)
    return Mismatch(
        f"The step of {listing(wrong)} is not learning_rate times the gradient of the loss in loss_history.",
        "Is each weight changed by its own gradient alone, and does that reach back to the first word?",
    )


def _wrong_order(
    got: Step, start: Start, first: Step, two: Step, step: Callable[[Start, int], Step]
) -> Mismatch:
    second = step(start, 1)
    if _all_same(got, {name: two[name] + first[name] - start[name] for name in NAMES}):
        return Mismatch(
            "The step of the second sentence has the gradient of the first in it once more.",
            "What is in .grad when the second sentence begins?",
        )
    if _all_same(got, {name: first[name] + second[name] - start[name] for name in NAMES}):
        return Mismatch(
            "There is one update per epoch instead of one per sentence.", "When does the template update?"
        )
    if _all_same(got, step(second, 0)):
        return Mismatch(
            "The sentences are not learned in the order of train_data.",
            "With which sentence does your loop begin?",
        )
    if _all_same(got, first) or _all_same(got, second):
        return Mismatch(
            "Of two training sentences only one changes the weights.",
            "Which lines belong in the loop over the sentences, and when does that loop end?",
        )
    return Mismatch(
        "Two sentences in one epoch do not end at the weights that two single steps give.",
        "Does the step of a sentence depend on anything but the weights, its own words and its label?",
    )


def _all_same(got: Step, wanted: Step) -> bool:
    return all(_same(got[name], wanted[name], SAME) for name in NAMES)


def _same(got: Array, wanted: Array, tolerance: float) -> bool:
    return bool((np.abs(got - wanted) <= tolerance * (1 + np.abs(wanted).max())).all())
