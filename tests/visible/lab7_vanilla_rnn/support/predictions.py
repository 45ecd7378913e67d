"""What the script predicts: in its own, unchanged run, and for sentences of the grader's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    StudentRaised,
    StudentStopped,
    Value,
    as_items,
    leaves,
    same_lists,
)
from tests.visible.lab7_vanilla_rnn.support.lab import (
    MODULE,
    NAMES,
    NO_LEARNING,
    Lab,
    Ran,
    Sentence,
    Start,
    bias_towards_1,
    in_float32,
    losses,
    run,
    unchanged,
)

CLEAR = 0.02  # scores closer together than half of this may be rounded either way
Lessons = list[tuple[Value, int]]  # sentences and their labels


def classes(value: Value) -> list[int]:
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


def wanted_for(sentences: Value) -> list[int]:
    """1 for each sentence with "good", 0 for one with "bad"; the handout's two when there is no telling."""
    items = list(sentences) if isinstance(sentences, (list, tuple)) else []
    known = []
    for sentence in items:
        texts = [text for text in leaves(sentence) if isinstance(text, str)]
        words = {word.lower() for text in texts for word in text.split()}
        known += [1] if "good" in words - {"bad"} else [0] if "bad" in words else []
    return known if {0, 1} <= set(known) and len(known) == len(items) else [0, 1]


# -- where they come from ------------------------------------------------------------------------------------


def training_explains_them(student: Student, trained: Start) -> None:
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


def weights_decide_them(student: Student, own: Mapping[str, Value], trained: Start) -> None:
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
        _are_decided(_are_exchanged(found, right))
        return
    if all(_alike(one[name], start[name]) for name in NAMES):
        raise Mismatch(
            "The weights are after training what they were before.",
            "Which lines change the weights, and to which tensors does the test go?",
        )
    _are_decided(_follow_the_network(student, trained, right))
    two, _ = _run(student, _mirrored(start), {"train_data": exchanged})
    mirror = _are_exchanged(two, classes(one["predictions"]))
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


def _are_exchanged(found: Mapping[str, Value], before: list[int]) -> bool:
    return classes(found["predictions"]) == [1 - each for each in before]


def _opposite(trained: Start) -> dict[str, Array]:
    """The same network with its two classes exchanged."""
    return {**trained, "W_out": -trained["W_out"], "b_out": -trained["b_out"]}


def _mirrored(start: Start) -> dict[str, Array]:
    """The same network, with what belongs to class 0 in the place of what belongs to class 1."""
    axis = 0 if start["W_out"].shape[0] == 2 else -1
    return {
        **start,
        "W_out": np.flip(start["W_out"], axis).copy(),
        "b_out": start["b_out"].ravel()[::-1].reshape(start["b_out"].shape).copy(),
    }


def _alike(one: Value, other: Array) -> bool:
    return isinstance(one, np.ndarray) and one.shape == other.shape and bool(np.abs(one - other).max() < 1e-3)


def _first_loss(student: Student, start: Start) -> float | None:
    """The first loss of a run from these weights; None where the script takes no weights from outside."""
    try:
        found, held = student.run_from(MODULE, start, {"num_epochs": 1}, ["loss_history"])
    except StudentFailure:
        found, held = student.run_from(MODULE, start, {}, ["loss_history"])
    return losses(found["loss_history"])[0] if held >= set(NAMES) else None


def _follow_the_network(student: Student, trained: Start, right: list[int]) -> bool:
    """Whether the opposite network predicts the opposite; of a script that learns whatever its constants say,
    or does not end without, the training tells.
    """
    start = _opposite(trained)
    try:
        found, _ = _run(student, start, {"num_epochs": 1, "learning_rate": NO_LEARNING})
    except StudentStopped:
        return True
    return not all(_alike(found[name], start[name]) for name in NAMES) or _are_exchanged(found, right)


def _takes_lessons(student: Student, start: Start, *lessons: Lessons) -> bool:
    """Whether other labels make another first loss: else the script trains on sentences of its own."""
    first = set()
    for data in lessons:
        found, _ = student.run_from(MODULE, start, {"train_data": data}, ["loss_history"])
        first.add(losses(found["loss_history"])[0])
    return len(first) > 1


def _run(student: Student, start: Start, constants: Mapping[str, Value]) -> Ran:
    try:
        return run(student, start, constants)
    except StudentRaised as error:
        raise Mismatch(f"From other first weights the script raised {error.sentence}") from None


# -- of other sentences --------------------------------------------------------------------------------------


def agree_with(lab: Lab, student: Student, weights: Start, scores: Mapping[Sentence, float]) -> None:
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
                moved = {**weights, "b_out": weights["b_out"] + bias_towards_1(-border)}
                ran = lab.train(moved, [(tests[0], int(scores[tests[0]] > border))], tests=tests)
                if ran.has_moved(moved):  # a step of its own length: the test has other weights; once will do
                    _are(ran.predictions, [lab.score(in_float32(ran.weights), each) for each in tests])
                    return
                _are(ran.predictions, [scores[each] - border for each in tests])


def _are(predictions: Value, scores: list[float]) -> None:
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


def _own_are_right(student: Student) -> bool:
    try:
        own = unchanged(student)
        return classes(own["predictions"]) == wanted_for(own["test_sentences"])
    except (Mismatch, StudentFailure):
        return False
