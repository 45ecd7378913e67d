"""What the script predicts: in its own, unchanged run, and for sentences of the grader's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.judge import Mismatch
from autograder.judge.expect import describe
from autograder.sandbox.errors import StudentFailure
from tests.visible.lab7_vanilla_rnn.lab import (
    MODULE,
    NAMES,
    Lab,
    Sentence,
    Weights,
    is_filled_in,
    losses,
    unchanged,
)

CLEAR = 0.02  # scores closer together than half of this may be rounded either way
AT_HOME = (50, 100, 150, 200, 250, 300)
PRINTED = ("0.0848", "0.0451", "0.0309", "0.0236", "0.0191", "0.0160")  # the handout's


def are_right(student: Any, submission: Any) -> None:
    """In the unchanged run: 1 for the good sentence and 0 for the bad one, by weights that were trained."""
    is_filled_in(submission, "s_t")
    run = unchanged(student)
    found, wanted = _numbers(run["predictions"]), _wanted(run["test_sentences"])
    if found != wanted:
        history = losses(run["loss_history"])
        if history[-1] >= history[0]:
            hint = "Look at your loss curve: why does the loss not fall?"
        elif sorted(found) == sorted(wanted):
            hint = "To which sentence does the first prediction belong, and which class is good?"
        else:
            hint = (
                "Print the logits of each test sentence: is its one prediction the row of the larger number?"
            )
        raise Mismatch(
            f"The predictions for the test sentences are {found[:9]}; {wanted} was wanted: 1 is good, 0 bad.",
            hint,
        )
    _come_from_training(student, run)


def _numbers(value: object) -> list[int]:
    if not isinstance(value, (list, tuple, np.ndarray)) or np.ndim(value) == 0:
        raise Mismatch(f"predictions was wanted as a list of numbers; got {describe(value)}.")
    found = []
    for item in list(value):
        number = item.item() if isinstance(item, np.ndarray) and item.size == 1 else item
        if not isinstance(number, (int, float)) or number not in (0, 1):
            raise Mismatch(
                "predictions holds something other than the classes 0 and 1.",
                "What does argmax give for one sentence: a word, a score or one class?",
            )
        found.append(int(number))
    return found


def _wanted(sentences: object) -> list[int]:
    """1 for each sentence with "good", 0 for one with "bad"; the handout's two when there is no telling."""
    known = []
    for sentence in sentences if isinstance(sentences, (list, tuple)) else ():
        words = {word.lower() for word in _words(sentence)}
        known += [1] if "good" in words - {"bad"} else [0] if "bad" in words else []
    return known if {0, 1} <= set(known) and len(known) == len(list(_items(sentences))) else [0, 1]


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split()
    for item in _items(value):
        yield from _words(item)


def _come_from_training(student: Any, run: Mapping[str, Any]) -> None:
    """The script, run once more from its own trained weights, begins with a low loss, and with the opposite
    output layer with a high one. Numbers that were only written down know nothing of that.
    """
    losses(run["loss_history"])
    trained = {name: run[name] for name in NAMES}
    for name, value in trained.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not np.isfinite(value).all():
            raise Mismatch(f"{name} is no tensor of finite numbers after training.")
    opposite = {**trained, "W_out": -trained["W_out"], "b_out": -trained["b_out"]}
    low, high = _first_loss(student, trained), _first_loss(student, opposite)
    if low is not None and high is not None and not low + CLEAR < high:
        raise Mismatch(
            "The predictions are right, but training does not explain them: from your trained weights the "
            "first loss is no lower than with the signs of W_out and b_out turned.",
            "Does every prediction come out of W, U, b, W_out and b_out as training left them?",
        )


def _first_loss(student: Any, start: Weights) -> float | None:
    """The first loss of a run from these weights; None where the script takes no weights from outside."""
    try:
        found, held = student.run_from(MODULE, start, {"num_epochs": 1}, ["loss_history"])
    except StudentFailure:
        found, held = student.run_from(MODULE, start, {}, ["loss_history"])
    return losses(found["loss_history"])[0] if held >= set(NAMES) else None


def agree_with(lab: Lab, student: Any, weights: Weights, scores: Mapping[Sentence, float]) -> None:
    """Without learning, the test finds the scores of training: with b_out a little lower than the score of a
    sentence, its class is 1, a little higher, 0.

    Judged only where the script's own two predictions are right: otherwise they cost their own points.
    """
    for length in sorted({len(sentence) for sentence in scores}, reverse=True):
        tests = [sentence for sentence in scores if len(sentence) == length]
        for sentence in tests:
            for side in (CLEAR, -CLEAR):
                border = scores[sentence] + side
                shift = np.float32([[border / 2], [-border / 2]])
                moved = {**weights, "b_out": weights["b_out"] + shift}
                ran = lab.train(moved, [(tests[0], int(scores[tests[0]] > border))], tests=tests)
                if ran.predictions is None or not _own_are_right(student) or ran.has_moved(moved):
                    return
                _are(ran.predictions, [scores[each] - border for each in tests])


def _are(predictions: object, scores: list[float]) -> None:
    found = _numbers(predictions)
    if len(found) != len(scores):
        raise Mismatch(
            f"There are {len(found)} predictions for {len(scores)} test sentences.",
            "Does the test run over test_sentences, one prediction each?",
        )
    for number, score in zip(found, scores, strict=True):
        if abs(score) > CLEAR / 2 and number != int(score > 0):
            raise Mismatch(
                "The test predicts another class than the one that training finds more likely, for the same "
                "weights and the same sentence.",
                "Is the forward pass of the test, from the first state on, the same as in training?",
            )


def _own_are_right(student: Any) -> bool:
    try:
        run = unchanged(student)
        return _numbers(run["predictions"]) == _wanted(run["test_sentences"])
    except (Mismatch, StudentFailure):
        return False


def losses_of_the_handout(student: Any) -> str:
    """A remark: whether the losses are those that the handout prints. They depend on start and φ."""
    history = losses(unchanged(student)["loss_history"])
    shown = tuple(f"{history[epoch - 1]:.4f}" for epoch in AT_HOME if epoch <= len(history))
    if shown == PRINTED:
        return "Your losses are exactly those that the handout prints."
    return (
        "Your losses differ from those that the handout prints. That is fine: they come from torch.randn for "
        "W, U, b, W_out and b_out in this order after manual_seed(42), with tanh; other starts are as good."
    )
