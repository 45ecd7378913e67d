"""Checks of training: the student's train_classifier and accuracy, and what the student's models learn.

Tasks are synthetic, small, and such that a wrong reading stays at chance (accuracies on real texts do not
tell right from wrong loops). Labels of held-out rows never leave the grader, and it measures every number
itself. A task that was not learnt is tried again with other data and another start, twice at most.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import CannotJudge, Mismatch, describe, expect
from autograder.checks.learning import Adam, Thresholds, attempts, cross_entropy, loader
from autograder.checks.weights import trainable
from autograder.sandbox.wire.errors import StudentFailure
from tests.visible.a7_sequence_modeling.language import LINKED
from tests.visible.a7_sequence_modeling.support import loops, over_linear_cells
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_learns_with_all_its_weights as learns,
)
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_passes_gradients_on as passes_gradients_on,
)
from tests.visible.a7_sequence_modeling.texts import SOS, usable_vocabulary

Array = NDArray[Any]
Labelled = tuple[str, int]  # a sentence and its author

V, H, C = 12, 32, 3
RATES = (0.004, 0.006, 0.013, 0.015)  # none of them is written into a loop


class Sentences(NamedTuple):
    """tokens (N, T) padded with 0, lengths (N,), authors (N,)."""

    tokens: Array
    lengths: Array
    authors: Array

    def batches(self, size: int) -> list[Sentences]:
        return [Sentences(*(part[i : i + size] for part in self)) for i in range(0, len(self.tokens), size)]


# ---- train_classifier and accuracy

OWN, LINEAR, STILL_LINEAR, STILL, PLAIN = "AuthorClassifier", *over_linear_cells.NAMES[1:]
TRAINABLE = (*loops.SOUND, learns, passes_gradients_on)


def with_a_trainable_cell(body: Callable[..., None]) -> Callable[..., None]:
    """For bodies `(student, draw, name, …)`: when one fails with the student's AuthorClassifier, whose cell
    cannot be trained, it is judged by theirs over linear cells.
    """

    @functools.wraps(body)
    def judged(student: Any, draw: Draw, **options: Any) -> None:
        over_linear_cells.provide(student)
        try:
            body(student, draw, OWN, **options)
        except Exception as error:
            failed = isinstance(error, Mismatch) or hasattr(error, "sentence")
            if not failed or loops.is_sound(student, draw, "rnn", TRAINABLE):
                raise
            body(student, draw.child("again"), LINEAR, **options)

    return judged


def _few(draw: Draw) -> Sentences:
    """Eleven sentences: in batches of four the last is smaller."""
    lengths = draw.integers(2, 8, 11)
    return Sentences(draw.tokens(list(lengths), V, columns=7), lengths, draw.order(11) % C)


def _classifier(student: Any, name: str, seed: int) -> Any:
    return student.new(name, V, H, seed=seed)


def _logits(student: Any, model: Any, data: Sentences, train: bool = False, seed: int = 0) -> Array:
    got = student.call(model, data.tokens, data.lengths, train=train, seed=seed)
    clean: Array = expect(got, "The logits", axes="BC").to_be_shaped((len(data.tokens), C))
    return clean


def _train(student: Any, model: Any, data: Any, epochs: int, lr: float, seed: int = 0) -> list[float]:
    got = student.call("train_classifier", model, data, epochs, lr, grad=True, seed=seed)
    if not isinstance(got, (list, tuple)) or len(got) != epochs:
        raise Mismatch(
            f"train_classifier was to return one loss for each of {epochs} epochs; got {describe(got)}.",
            "How often do you append to the list of losses, and do you return that list?",
        )
    if any(isinstance(loss, np.ndarray) for loss in got):
        raise Mismatch(
            "The losses are tensors; plain numbers were wanted.", "What type has each entry of the list?"
        )
    return [expect(loss, "The loss of an epoch").to_be_number() for loss in got]


def training_follows_adam(student: Any, draw: Draw) -> None:
    """Two epochs against the same two done by the grader: losses, and what the model says afterwards.

    The model is the student's own over linear cells, and computes in training mode what it computes in
    evaluation mode: so nothing random has a say in its steps.
    """
    over_linear_cells.provide(student)
    data, size = _few(draw), 4
    name = _steppable(student, data)
    trained, copy = (_classifier(student, name, seed=7) for _ in range(2))
    lr = RATES[int(draw.integers(0, len(RATES)))]
    start = {weight: np.float32(0.3) * w for weight, w in trainable(student, trained).items()}
    for model in (trained, copy):  # small gradients: a student's usual clipping leaves them as they are
        student.load(model, start)
    adam, by_row, by_batch = Adam(student, copy, lr), [], []
    for _ in range(2):
        losses = []
        for batch in data.batches(size):
            loss, slope = cross_entropy(_logits(student, copy, batch), batch.authors)
            pull = (slope / len(slope)).astype(np.float32)
            adam.step(student.gradients(copy, batch.tokens, batch.lengths, pull=pull).weights)
            losses.append(loss)
        by_row.append(float(np.concatenate(losses).mean()))
        by_batch.append(float(np.mean([loss.mean() for loss in losses])))
    try:
        history = _train(student, trained, loader(student, data, size), 2, lr)
    except StudentFailure as failure:
        if name != PLAIN:
            raise
        own = _classifier(student, OWN, seed=7)  # what fails with this one, too, is wrong
        _logits(student, own, data)
        _train(student, own, loader(student, data, size), 2, lr)
        raise CannotJudge(
            "Whether train_classifier takes Adam's steps cannot be seen: the weights of AuthorClassifier are "
            f"not plain, and with another model it stops ({failure})."
        ) from None
    if not any(np.allclose(history[:1], want[:1], atol=5e-4) for want in (by_row, by_batch)):
        raise Mismatch(
            "The loss of the first epoch is not the mean loss of its batches, each taken before its step.",
            "Do all batches and all authors count, does every epoch start its mean anew, and does Adam step "
            "with the given lr after every batch?",
        )
    same = np.allclose(_logits(student, trained, data), _logits(student, copy, data), atol=5e-3)
    if not same or not any(np.allclose(history, want, atol=5e-4) for want in (by_row, by_batch)):
        raise Mismatch(
            "After two epochs the model, or its mean loss, is not where Adam with the given lr would have "
            "led.",
            "In which order come zero_grad, backward and step, how many optimisers do you make, and does the "
            "mean of the second epoch start anew?",
        )


def _steppable(student: Any, data: Sentences) -> str:
    """The model whose steps can be followed: the student's own, unless it does not run so, or an optimiser
    moves other numbers than those that it computes with (parametrised weights); else one of the grader's.
    """
    for name in (STILL_LINEAR, STILL):
        try:
            model = _classifier(student, name, seed=7)
            _logits(student, model, data)
            if student.weights(model).plain:
                return name
        except (Mismatch, StudentFailure):
            continue
    return PLAIN


@with_a_trainable_cell
def training_lowers_the_loss(student: Any, draw: Draw, name: str) -> None:
    data = _few(draw)
    model = _classifier(student, name, seed=3)
    history = _train(student, model, loader(student, data, 4), 12, 0.02)
    if not history[-1] < 0.7 * history[0]:
        raise Mismatch(
            "The training loss hardly falls in twelve epochs on eleven sentences.",
            "Does every batch go through zero_grad, backward and step?",
        )
    for loss, what in ((history[0], "first"), (history[-1], "last")):
        if not 0 < loss < 3:
            raise Mismatch(
                f"The loss of the {what} epoch cannot be a mean cross-entropy of three authors.",
                "By how many sentences or batches do you divide?",
            )


@with_a_trainable_cell
def accuracy_counts(student: Any, draw: Draw, name: str) -> None:
    """Seven of eleven right, in batches of four: no mean over batches gives that."""
    data = _few(draw)
    model = _classifier(student, name, seed=5)
    student.load(model, {n: 3 * w for n, w in trainable(student, model).items()})
    best = _logits(student, model, data).argmax(1)
    authors = np.where(np.arange(11) < 7, best, (best + 1) % C)
    for wanted, share in ((authors, 7 / 11), (best, 1.0)):
        student.call(model, data.tokens, data.lengths, train=True)
        got = student.call("accuracy", model, loader(student, data._replace(authors=wanted), 4))
        expect(got, "accuracy").to_be_number(
            share,
            otherwise="{name} is not the fraction of sentences whose author gets the highest score.",
            hint="Which axis holds one sentence's scores, do they depend on its batch, and do all sentences "
            "count?",
            tolerance=1e-5,
        )


# ---- learning


def last_character(draw: Draw, rows: int) -> Sentences:
    """The class is the last character; every other one is noise."""
    lengths = draw.integers(5, 25, rows)
    tokens = draw.tokens(list(lengths), V, columns=24)
    authors = draw.integers(0, C, rows)
    tokens[np.arange(rows), lengths - 1] = 1 + authors
    return Sentences(tokens, lengths, authors)


def marker(draw: Draw, rows: int) -> Sentences:
    """The class is the one of three characters that occurs, about once in seven, among the others."""
    lengths = draw.integers(10, 30, rows)
    tokens = np.where((noise := draw.tokens(list(lengths), V - 3, columns=29)) > 0, noise + 3, 0)
    authors = draw.integers(0, C, rows)
    marked = (draw.integers(0, 20, *tokens.shape) < 3) & (tokens > 0)
    return Sentences(np.where(marked, 1 + authors[:, None], tokens), lengths, authors)


Task = Callable[[Draw, int], Sentences]


@with_a_trainable_cell
def author_classifier_learns(student: Any, draw: Draw, name: str, thresholds: Thresholds) -> None:
    classifier_learns(student, draw, name, thresholds, last_character, 600)


def many_to_one_learns(student: Any, draw: Draw, thresholds: Thresholds) -> None:
    classifier_learns(student, draw, "ManyToOne", thresholds, marker, 1000)


def classifier_learns(
    student: Any, draw: Draw, name: str, thresholds: Thresholds, task: Task, rows: int
) -> None:
    """Accuracy on 300 rows that were not trained on, measured by the grader."""

    def once(source: Draw) -> None:
        data = task(source, rows + 300)
        seen, held_out = (
            Sentences(*(part[cut] for part in data)) for cut in (slice(rows), slice(rows, None))
        )
        seed = int(source.integers(0, 1 << 30))
        model = _classifier(student, name, seed)
        _train(student, model, loader(student, seen, 32), 2, 0.01, seed)
        right = (_logits(student, model, held_out).argmax(1) == held_out.authors).mean()
        if not thresholds.reached("accuracy", right):
            raise Mismatch(
                f"{model.name}, trained by train_classifier, does not learn a small task.",
                "Which of the checks above fails? Does every row meet its own label?",
            )

    attempts(draw, once)


EPOCHS = 3  # on the real texts, each a call of its own: one epoch is some seconds on half a core


def authors_are_told_apart(
    student: Any, draw: Draw, thresholds: Thresholds, train: Sequence[Labelled], test: Sequence[Labelled]
) -> None:
    """Accuracy on the sentences of `test`, measured by the grader, after three epochs on those of `train`."""
    ids = {
        char: 3 + i for i, char in enumerate(sorted({char for text, _ in [*train, *test] for char in text}))
    }
    size = 3 + len(ids)  # <PAD>, <SOS> and <EOS> come first

    def once(source: Draw) -> None:
        seed = int(source.integers(0, 1 << 30))
        model = student.new("ManyToOne", size, 64, seed=seed)
        batches = loader(student, _encoded(train, ids), 64)
        for epoch in range(EPOCHS):
            _train(student, model, batches, 1, 0.01, seed + epoch)
        found = [
            (_logits(student, model, batch).argmax(1) == batch.authors)
            for batch in _encoded(test, ids).batches(256)
        ]
        if not thresholds.reached("accuracy", np.concatenate(found).mean()):
            raise Mismatch(
                f"ManyToOne, trained for {EPOCHS} epochs by train_classifier, cannot tell the authors apart.",
                "Which accuracy does your notebook reach, and how does it train?",
            )

    attempts(draw, once)


def _encoded(sentences: Sequence[Labelled], ids: Mapping[str, int]) -> Sentences:
    """Each character's id, and <EOS> behind."""
    lengths = np.array([len(text) + 1 for text, _ in sentences])
    tokens = np.zeros((len(sentences), lengths.max()), np.int64)
    for row, (text, _) in enumerate(sentences):
        tokens[row, : len(text) + 1] = [*(ids[char] for char in text), 2]
    return Sentences(tokens, lengths, np.array([author for _, author in sentences]))


WORDS = (2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7)  # lengths; ln(12) / 5.5 = 0.45 nats per character can be reached
CHARACTERS = "abcdefghijkl"
STEPS = 60


def language_model_learns(student: Any, draw: Draw, thresholds: Thresholds) -> None:
    """The student's pairs, model and loss, stepped by the grader; held-out loss in nats per character.

    The text is made of twelve words in random order. Less than its entropy means that the model has seen what
    it was to guess.
    """

    def once(source: Draw) -> None:
        words = ["".join(CHARACTERS[i] for i in source.integers(0, len(CHARACTERS), n)) for n in WORDS]
        lines = [" ".join(words[i] for i in source.integers(0, len(words), n)) for n in (3000, 260)]
        vocab = usable_vocabulary(student, lines)
        inputs, targets = expect(
            student.call("language_model_pairs", lines[0], vocab, length=40), "inputs", "targets"
        ).to_be_shaped(*[(tuple(range(200, 1000)), 41)] * 2, dtype="int64")
        model = student.new("ManyToMany", len(vocab), 48, seed=int(source.integers(0, 1 << 30)))
        adam = Adam(student, model, 0.02)
        for step in range(STEPS):
            some = source.integers(0, len(inputs), 32)
            args = {"train": True, "seed": step}
            logits = student.call(model, inputs[some], **args)
            expect(logits, "ManyToMany's logits").to_be_shaped((32, 41, len(vocab)))
            pull = student.gradients("token_loss", logits, targets[some], pull=np.ones((), np.float32)).inputs
            if not pull or pull[0] is None:
                raise Mismatch("No gradient flows from token_loss back to the scores.", LINKED)
            expect(pull[0], "The gradient of token_loss").to_be_shaped(logits.shape)
            adam.step(student.gradients(model, inputs[some], pull=pull[0], **args).weights)
        loss = _held_out(student, model, lines[1], vocab)
        if not thresholds.kept("highest", loss):
            raise Mismatch(
                "ManyToMany, trained on your pairs with your loss, does not learn to guess what comes next.",
                "Which of the checks above fails? Is the target of each step the next character?",
            )
        if not thresholds.reached("lowest", loss):
            raise Mismatch(
                "The model guesses better than the text allows: at each step it sees the character that "
                "comes next.",
                "Is the answer to step t already in the input of step t?",
            )

    attempts(draw, once)


def _held_out(student: Any, model: Any, line: str, vocab: Mapping[str, int]) -> float:
    ids = np.array([vocab[character] for character in line])
    chunks = ids[: len(ids) // 40 * 40].reshape(-1, 40)
    inputs = np.hstack([np.full((len(chunks), 1), vocab[SOS]), chunks])
    got = student.call(model, inputs)
    logits = expect(got, "ManyToMany's logits").to_be_shaped((*inputs.shape, len(vocab)))
    losses, _ = cross_entropy(logits[:, :-1], chunks)
    return float(losses.mean())
