"""Gradient descent by hand, judged without a gradient of the grader's.

One step must follow the slope of the loss that the script itself reports, measured by moving each weight a
little to either side. More steps must be what the script does one at a time. So the hidden state may be
wrong, and the step still right.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge import Draw, Mismatch, NotStarted
from autograder.judge.expect import listing
from tests.visible.lab7_vanilla_rnn.lab import (
    MODULE,
    NAMES,
    WORDS,
    Array,
    Data,
    Lab,
    Weights,
    is_filled_in,
    random_weights,
    runs,
)

N = 2  # the handout's sizes: what is judged here is not what other sizes do
RATE = 0.25
SCALE = 1.2  # of weights
STEP = 0.01  # of a weight, to either side
# The measured slope of a float32 loss comes within 1e-3 of the gradient. For weights as below, a wrong
# gradient is off by more than ten times as much as is allowed here.
SLOPE = 4e-3
SAME = 1e-4  # of weights after the same steps

Step = dict[str, Array]


@dataclass(frozen=True)
class Case:
    """First weights and sentences to learn from."""

    start: Weights
    data: Data


def case(draw: Any) -> Case:
    """Random weights and three sentences; the first has three different words."""
    order = [WORDS[index] for index in draw.order(len(WORDS))]
    data = [(tuple(order[:3]), 1), (tuple(order[1:4]), 0), ((order[3], order[0], order[3]), 1)]
    return Case(random_weights(draw, N, len(WORDS), SCALE), data)


def canonical() -> Case:
    """Numbers for which every weight and every word counts, and slopes can be measured, with any φ."""
    return case(Draw(37))


def is_done_by_hand(student: Any, submission: Any) -> None:
    """The update is no longer the template's, no optimiser of torch's takes it, and the script runs."""
    is_filled_in(submission, "s_t")
    runs(student)
    script = next(module for module in submission.program.modules if module.name == MODULE)
    tree = ast.parse(script.source)
    if any(isinstance(node, ast.With) and _only_passes(node.body) for node in ast.walk(tree)):
        raise NotStarted("not started (the update is still `pass`)")
    if line := _optimiser(tree):
        raise Mismatch(
            "The step is taken by an optimiser of torch.optim; it is to be written by hand.",
            "What does gradient descent do to a weight and its .grad?",
            place=submission.place(script.filename, line),
        )


def follows_the_slope(student: Any, submission: Any, given: Case) -> None:
    """One sentence, one step; then several sentences, and several epochs, one step each."""
    lab = Lab(student, submission, N, WORDS)
    after = _one_step(lab, given.start, given.data[:1])
    _steps_are_taken_in_turn(lab, given.start, after, given.data)


def _one_step(lab: Lab, start: Weights, data: Data) -> Step:
    """Compare one step with the measured slope; the weights after it."""
    ran = lab.train(start, data, rate=RATE)
    if len(ran.losses) > 1:
        raise Mismatch(
            f"With num_epochs = 1 and one sentence, loss_history has {len(ran.losses)} entries.",
            "Does the training loop run num_epochs times?",
        )
    moved = {name: ran.weights[name] - start[name] for name in NAMES}
    slope = {name: _slope(lab, start, data, name) for name in NAMES}
    if np.abs(slope["W_out"]).max() < SLOPE:
        raise Mismatch(
            "The loss in loss_history hardly depends on W_out, so there is next to nothing to learn.",
            "Is that loss computed from the raw logits, with the number of each class in its own place?",
        )
    wanted = {name: -RATE * slope[name] for name in NAMES}
    wrong = [name for name in NAMES if not _same(moved[name], wanted[name], RATE * SLOPE)]
    if wrong:
        raise _wrong_step(wrong, moved, wanted)
    return ran.weights


def _slope(lab: Lab, start: Weights, data: Data, name: str) -> Array:
    """d loss / d weight, number by number."""
    slope = np.zeros(start[name].shape)
    [(sentence, label)] = data
    for place in np.ndindex(*slope.shape):
        sides = []
        for side in (STEP, -STEP):
            weight = start[name].copy()
            weight[place] += side
            sides.append((float(weight[place]), lab.loss({**start, name: weight}, sentence, label)))
        (right, above), (left, below) = sides
        slope[place] = (above - below) / (right - left)
    return slope


_FACTORS = (
    (-1.0, "goes uphill", "Which way is downhill: with the gradient or against it?"),
    (0.1 / RATE, "does not change with learning_rate", "Which number stands before the gradient?"),
    (2.0, "is twice as long as it should be", "How often is each weight updated for a sentence?"),
    (1 / RATE, "is not scaled by learning_rate", "What stands before the gradient?"),
)


def _wrong_step(wrong: Sequence[str], moved: Step, wanted: Step) -> Mismatch:
    still = [name for name in wrong if not moved[name].any()]
    if len(still) == len(NAMES):
        return Mismatch(
            "No weight changes in an epoch.", "What is done with the gradients, and to which tensors?"
        )
    if still:
        verb = "do not change" if len(still) > 1 else "does not change"
        return Mismatch(
            f"{listing(still)} {verb} in a step.",
            "Does the update name all five weights, and does a gradient reach each of them?",
        )
    for factor, said, hint in _FACTORS:
        hit = [name for name in wrong if _same(moved[name], factor * wanted[name], RATE * SLOPE)]
        if hit == list(wrong):
            of = "every weight" if len(wrong) == len(NAMES) else listing(wrong)
            return Mismatch(f"The step of {of} {said}.", hint)
    return Mismatch(
        f"The step of {listing(wrong)} is not learning_rate times the gradient of the loss in loss_history.",
        "Is each weight changed by its own gradient alone, and does that reach back to the first word?",
    )


def _steps_are_taken_in_turn(lab: Lab, start: Weights, first: Step, data: Data) -> None:
    """Many sentences and epochs are what single steps give, one after the other."""

    def step(weights: Weights, index: int) -> Step:
        return lab.train(_float32(weights), [data[index]], rate=RATE).weights

    two = step(first, 1)
    got = lab.train(start, data[:2], rate=RATE).weights
    if not _all_same(got, two):
        raise _wrong_order(got, start, first, two, step)
    three = step(two, 2)
    again = step(step(step(three, 0), 1), 2)
    got = lab.train(start, data, rate=RATE, epochs=2)
    if not _all_same(got.weights, again):
        once = lab.train(start, data, rate=RATE).weights
        if _all_same(got.weights, once):
            raise Mismatch(
                "After two epochs the weights are what they are after one.",
                "Does every epoch go on from the weights of the one before, and update them?",
            )
        raise Mismatch(
            "Two epochs do not end at the weights that the same steps give one at a time.",
            "What is new when the second epoch begins: the weights, their .grad, learning_rate?",
        )


def _wrong_order(got: Step, start: Weights, first: Step, two: Step, step: Any) -> Mismatch:
    second = step(start, 1)
    together = {name: first[name] + second[name] - start[name] for name in NAMES}
    piled = {name: two[name] + first[name] - start[name] for name in NAMES}
    if _all_same(got, piled):
        return Mismatch(
            "The step of the second sentence has the gradient of the first in it once more.",
            "What is in .grad when the second sentence begins?",
        )
    if _all_same(got, together):
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


def _float32(weights: Weights) -> Weights:
    return {name: weight.astype(np.float32) for name, weight in weights.items()}


def _only_passes(body: Sequence[ast.stmt]) -> bool:
    return all(isinstance(node, ast.Pass) for node in body)


def _optimiser(tree: ast.Module) -> int:
    """The line that makes an optimiser of torch.optim; 0 for none."""
    made: set[str] = set()  # by `from torch.optim import SGD`
    modules = {"optim"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torch.optim"):
            made |= {alias.asname or alias.name for alias in node.names}
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            if alias.name in ("torch.optim", "optim") and alias.asname:
                modules.add(alias.asname)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id in made:
                return node.lineno
            parts = {each.attr for each in ast.walk(function) if isinstance(each, ast.Attribute)}
            parts |= {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
            if isinstance(function, ast.Attribute) and function.attr[:1].isupper() and parts & modules:
                return node.lineno
    return 0
