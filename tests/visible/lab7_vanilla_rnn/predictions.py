"""What the script predicts: in its own, unchanged run, and for sentences of the grader's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checks import Draw, Mismatch
from autograder.checks.answers import as_items, leaves, same_lists
from autograder.sandbox.wire.errors import StudentFailure, StudentRaised, StudentStopped
from tests.visible.lab7_vanilla_rnn.lab import (
    MODULE,
    NAMES,
    NO_LEARNING,
    Array,
    Lab,
    Sentence,
    Weights,
    in_float32,
    is_filled_in,
    losses,
    run,
    unchanged,
)

CLEAR = 0.02  # scores closer together than half of this may be rounded either way
Lessons = list[tuple[Any, int]]  # sentences and their labels
AT_HOME = (50, 100, 150, 200, 250, 300)
PRINTED = ("0.0848", "0.0451", "0.0309", "0.0236", "0.0191", "0.0160")  # the handout's


def are_right(student: Any, submission: Any) -> None:
    """In the unchanged run: 1 for the good sentence and 0 for the bad one, by weights that were trained."""
    is_filled_in(submission, "s_t")
    own = unchanged(student)
    found, wanted = classes(own["predictions"]), _wanted(own["test_sentences"])
    if not found:
        raise Mismatch(
            'There are no predictions: the list of that name is empty or absent, and no "Prediction: 1" is '
            "printed.",
            "What should be appended to predictions for each test sentence?",
        )
    if found != wanted:
        history = losses(own["loss_history"])
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
    _training_explains_them(student, _trained(own))
    _weights_decide_them(student, own, _trained(own))


def classes(value: object) -> list[int]:
    """Predictions as classes, 0 or 1 each. Raises Mismatch."""
    found = []
    for item in as_items(value, "predictions"):
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
    items = list(sentences) if isinstance(sentences, (list, tuple)) else []
    known = []
    for sentence in items:
        texts = [text for text in leaves(sentence) if isinstance(text, str)]
        words = {word.lower() for text in texts for word in text.split()}
        known += [1] if "good" in words - {"bad"} else [0] if "bad" in words else []
    return known if {0, 1} <= set(known) and len(known) == len(items) else [0, 1]


# -- where they come from ------------------------------------------------------------------------------------


def _trained(own: Mapping[str, Any]) -> dict[str, Array]:
    trained = {name: own[name] for name in NAMES}
    for name, value in trained.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not np.isfinite(value).all():
            raise Mismatch(f"{name} is no tensor of finite numbers after training.")
    return trained


def _opposite(trained: Weights) -> dict[str, Array]:
    """The same network with its two classes exchanged."""
    return {**trained, "W_out": -trained["W_out"], "b_out": -trained["b_out"]}


def _training_explains_them(student: Any, trained: Weights) -> None:
    """The script, run once more from its trained weights, begins with a low loss, and with the opposite
    output layer with a high one. Numbers that were only written down know nothing of that.
    """
    low, high = _first_loss(student, trained), _first_loss(student, _opposite(trained))
    if low is not None and high is not None and not low + CLEAR < high:
        raise Mismatch(
            "The predictions are right, but training does not explain them: from your trained weights the "
            "first loss is no lower than with the signs of W_out and b_out turned.",
            "Does every prediction come out of W, U, b, W_out and b_out as training left them?",
        )


def _alike(one: object, other: Array) -> bool:
    return isinstance(one, np.ndarray) and one.shape == other.shape and bool(np.abs(one - other).max() < 1e-3)


def _first_loss(student: Any, start: Weights) -> float | None:
    """The first loss of a run from these weights; None where the script takes no weights from outside."""
    try:
        found, held = student.run_from(MODULE, start, {"num_epochs": 1}, ["loss_history"])
    except StudentFailure:
        found, held = student.run_from(MODULE, start, {}, ["loss_history"])
    return losses(found["loss_history"])[0] if held >= set(NAMES) else None


def _weights_decide_them(student: Any, own: Mapping[str, Any], trained: Weights) -> None:
    """With the two classes of the trained network exchanged, and no learning, each prediction is the other;
    and so it is after a training in which both classes are exchanged from the start.

    A script that takes no weights from outside has to learn other labels.
    """
    right = classes(own["predictions"])
    sentences = as_items(own["test_sentences"], "test_sentences")
    lessons = list(zip(sentences, right, strict=False))
    exchanged = [(sentence, 1 - label) for sentence, label in lessons]
    start = {name: Draw(5).distinct(*weight.shape) for name, weight in trained.items()}
    one, held = _run(student, start, {"train_data": lessons})
    if not held >= set(NAMES):
        found, _ = _run(student, {}, {"train_data": exchanged})
        _are_decided(classes(found["predictions"]) == [1 - each for each in right])
        return
    if all(_alike(one[name], start[name]) for name in NAMES):
        raise Mismatch(
            "The weights are after training what they were before.",
            "Which lines change the weights, and to which tensors does the test go?",
        )
    _are_decided(_follow_the_network(student, trained, right))
    two, _ = _run(student, _mirrored(start), {"train_data": exchanged})
    mirror = classes(two["predictions"]) == [1 - each for each in classes(one["predictions"])]
    if not mirror and not _takes_lessons(student, start, lessons, exchanged):
        nowhere = {name: np.full_like(weight, np.nan) for name, weight in trained.items()}
        mirror = not same_lists(_run(student, nowhere, {})[0]["predictions"], right)
    _are_decided(mirror)


def _are_decided(explained: bool) -> None:
    if not explained:
        raise Mismatch(
            "The predictions are right, but they do not come from the weights: other weights leave them as "
            "they are.",
            "Is each prediction computed from the logits of its sentence, with W, U, b, W_out and b_out?",
        )


def _follow_the_network(student: Any, trained: Weights, right: list[int]) -> bool:
    """Whether the opposite network predicts the opposite; of a script that learns whatever its constants say,
    or does not end without, the training tells.
    """
    start = _opposite(trained)
    try:
        found, _ = _run(student, start, {"num_epochs": 1, "learning_rate": NO_LEARNING})
    except StudentStopped:
        return True
    if not all(_alike(found[name], start[name]) for name in NAMES):
        return True
    return classes(found["predictions"]) == [1 - each for each in right]


def _mirrored(start: Weights) -> dict[str, Array]:
    """The same network, with what belongs to class 0 in the place of what belongs to class 1."""
    axis = 0 if start["W_out"].shape[0] == 2 else -1
    return {
        **start,
        "W_out": np.flip(start["W_out"], axis).copy(),
        "b_out": start["b_out"].ravel()[::-1].reshape(start["b_out"].shape).copy(),
    }


def _takes_lessons(student: Any, start: Weights, *lessons: Lessons) -> bool:
    """Whether other labels make another first loss: else the script trains on sentences of its own."""
    first = {
        losses(student.run_from(MODULE, start, {"train_data": data}, ["loss_history"])[0]["loss_history"])[0]
        for data in lessons
    }
    return len(first) > 1


def _run(student: Any, start: Weights, constants: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    try:
        return run(student, start, constants, NAMES)
    except StudentRaised as error:
        raise Mismatch(f"From other first weights the script raised {error.sentence}") from None


def agree_with(lab: Lab, student: Any, weights: Weights, scores: Mapping[Sentence, float]) -> None:
    """Without learning, the test finds the scores of training: with b_out a little lower than the score of a
    sentence, its class is 1, a little higher, 0.

    Judged only where the script's own two predictions are right: otherwise they cost their own points.
    """
    if not _own_are_right(student):
        return
    for length in sorted({len(sentence) for sentence in scores}, reverse=True):
        tests = [sentence for sentence in scores if len(sentence) == length]
        for sentence in tests:
            for side in (CLEAR, -CLEAR):
                border = scores[sentence] + side
                shift = np.float32([[border / 2], [-border / 2]])
                moved = {**weights, "b_out": weights["b_out"] + shift}
                ran = lab.train(moved, [(tests[0], int(scores[tests[0]] > border))], tests=tests)
                if ran.has_moved(moved):  # a step of its own length: the test has other weights; once will do
                    _are(ran.predictions, [lab.score(in_float32(ran.weights), each) for each in tests])
                    return
                _are(ran.predictions, [scores[each] - border for each in tests])


def _are(predictions: object, scores: list[float]) -> None:
    found = classes(predictions)
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
        own = unchanged(student)
        return classes(own["predictions"]) == _wanted(own["test_sentences"])
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
