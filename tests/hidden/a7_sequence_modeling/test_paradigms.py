"""The loss against the reference, and the paradigms trained."""

from collections.abc import Mapping, Sequence

import numpy as np

from autograder.checks import (
    Adam,
    Array,
    Draw,
    Mismatch,
    Student,
    Thing,
    Thresholds,
    attempts,
    cross_entropy,
    expect,
    loader,
    needs,
)
from autograder.checks.references import token_loss as true_loss
from autograder.course.texts import author_sentences
from tests.hidden.a7_sequence_modeling.support import tasks
from tests.visible.a7_sequence_modeling import test_paradigms as visible
from tests.visible.a7_sequence_modeling.support.language import loss_gradient, token_loss
from tests.visible.a7_sequence_modeling.support.models import V
from tests.visible.a7_sequence_modeling.support.texts import SOS, usable_vocabulary
from tests.visible.a7_sequence_modeling.support.training import Sentences, logits, train

Labelled = tuple[str, int]  # a sentence and its author

EPOCHS = 3  # on the real texts, each a call of its own: one epoch is some seconds on half a core
WORDS = (2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7)  # lengths; ln(12) / 5.5 = 0.45 nats per character can be reached
CHARACTERS = "abcdefghijkl"
STEPS = 60


@needs(visible.test_loss_leaves_out_padding)
def test_loss_is_the_mean_cross_entropy(student: Student, draw: Draw) -> None:
    """token_loss: value and gradient of the mean cross-entropy over real tokens"""
    for lengths in ([5, 2, 7], [4, 4], [1]):
        targets = draw.tokens(lengths, V, columns=8)
        scores = draw.normal(*targets.shape, V, scale=1.5)
        value, slope = true_loss(scores, targets)
        expect(token_loss(student, scores, targets), "token_loss").to_be_number(
            value,
            otherwise="{name} is not the mean cross-entropy over the real tokens.",
            hint="Does row k of the flat logits still belong to target k?",
        )
        expect(loss_gradient(student, scores, targets), "The gradient of token_loss", axes="BTV").to_match(
            slope,
            otherwise="{name} is not that of the mean cross-entropy, {where}.",
            hint="Can you call backward() on what you return?",
        )


# ---- training


@needs(visible.test_many_to_one_scores_every_author, "loop::training_lowers_the_loss")
def test_many_to_one_learns(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """ManyToOne, trained by your train_classifier, learns which character marks an author"""
    tasks.classifier_learns(student, draw, "ManyToOne", thresholds, tasks.marker, 1000)


@needs(visible.test_many_to_one_scores_every_author, "loop::training_lowers_the_loss")
def test_many_to_one_tells_the_authors_apart(
    student: Student,
    draw: Draw,
    thresholds: Thresholds,
    sentences: tuple[Sequence[Labelled], Sequence[Labelled]] | None = None,
) -> None:
    """ManyToOne, trained by your train_classifier, tells Austen, Poe and Shakespeare apart"""
    seen, held_out = sentences or author_sentences(seed=0, max_length=40)
    characters = sorted({char for text, _ in [*seen, *held_out] for char in text})
    ids = {char: 3 + i for i, char in enumerate(characters)}  # <PAD>, <SOS> and <EOS> come first

    def once(source: Draw) -> None:
        seed = int(source.integers(0, 1 << 30))
        model = student.new("ManyToOne", 3 + len(ids), 64, seed=seed)
        batches = loader(student, _encoded(seen, ids), 64)
        for epoch in range(EPOCHS):
            train(student, model, batches, 1, 0.01, seed + epoch)
        right = [
            logits(model, batch).argmax(1) == batch.authors for batch in _encoded(held_out, ids).batches(256)
        ]
        if not thresholds.reached("accuracy", np.concatenate(right).mean()):
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


@needs(
    visible.test_many_to_many_scores_every_character,
    visible.test_pairs_are_shifted_by_one_step,
    visible.test_loss_leaves_out_padding,
)
def test_many_to_many_learns(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """ManyToMany learns from your pairs with your loss to guess the next character

    The text is made of twelve words in random order. Less than its entropy, in nats per held-out character,
    means that the model has seen what it was to guess. The grader takes the steps.
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
            scores = model(inputs[some], train=True, seed=step)
            expect(scores, "ManyToMany's logits").to_be_shaped((32, 41, len(vocab)))
            pull = loss_gradient(student, scores, targets[some])
            adam.step(model.gradients(inputs[some], pull=pull, train=True, seed=step).weights)
        loss = _held_out_loss(model, lines[1], vocab)
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


def _held_out_loss(model: Thing, line: str, vocab: Mapping[str, int]) -> float:
    ids = np.array([vocab[character] for character in line])
    chunks: Array = ids[: len(ids) // 40 * 40].reshape(-1, 40)
    inputs = np.hstack([np.full((len(chunks), 1), vocab[SOS]), chunks])
    scores = expect(model(inputs), "ManyToMany's logits").to_be_shaped((*inputs.shape, len(vocab)))
    losses, _ = cross_entropy(scores[:, :-1], chunks)
    return float(losses.mean())
