"""What trained models know."""

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    Thresholds,
    attempts,
    cross_entropy,
    expect,
    loader,
    variant,
)
from tests.visible.vanishing_gradients import test_training as visible
from tests.visible.vanishing_gradients.support import losses
from tests.visible.vanishing_gradients.support.loops import TRAIN_LSTM, TRAIN_RNN, Trainer
from tests.visible.vanishing_gradients.support.models import logits_in
from tests.visible.vanishing_gradients.support.sound import on_a_sound_model

LETTERS, WORDS = 10, (3, 4, 4, 5, 5, 6, 6, 7)  # the text is made of eight words in random order
ROWS, STEPS = 240, 16


@on_a_sound_model
def test_rnn_learns(
    student: Student, draw: Draw, thresholds: Thresholds, trainer: Trainer = TRAIN_RNN
) -> None:
    """VanillaRNNLM, trained by train_rnn, guesses far better than by frequency alone"""
    if not losses.is_right(student):  # it has checks of its own: whether each step follows it is what remains
        steps = draw.child("steps")
        visible.test_rnn_training_takes_clipped_steps_of_adam(student, steps, trainer=trainer)
        return

    def once(source: Draw) -> None:
        if not thresholds.kept("perplexity", _relative_perplexity(student, source, trainer)):
            raise Mismatch(
                f"{trainer.kind.name}, trained by {trainer.name}, does not guess clearly better than by "
                "frequency alone.",
                "Does the loss fall in training, and is the target of each step the next token?",
            )

    attempts(draw, once)


def _relative_perplexity(student: Student, draw: Draw, trainer: Trainer) -> float:
    """Held-out perplexity after training, divided by that of the training text's frequencies."""
    words = [draw.integers(1, LETTERS, n) for n in WORDS]

    def text(size: int) -> Array:
        return np.concatenate([words[i] for i in draw.integers(0, len(words), size)])

    def rows(letters: Array, count: int) -> tuple[Array, Array]:
        starts = np.arange(count)[:, None] * STEPS + np.arange(STEPS)
        return letters[starts], letters[starts + 1]

    seen, held_out = text(ROWS * STEPS // 3), text(60 * STEPS // 3)
    train, valid = rows(seen, ROWS), rows(held_out, 60)
    seed, name = int(draw.integers(0, 1 << 30)), trainer.kind.name
    model = student.new(name, LETTERS, 16, 32, seed=seed)
    data = [loader(student, part, 16) for part in (train, valid)]

    def guesses() -> Array:
        logits = expect(logits_in(model(valid[0])), f"{name}'s logits")
        clean: Array = logits.to_be_shaped((*valid[0].shape, LETTERS))
        return clean

    before = guesses()
    student.call(trainer.name, model, *data, epochs=4, lr=0.01, grad=True, seed=seed)
    after = guesses()
    if np.array_equal(before, after):
        raise Mismatch(
            f"{trainer.name} leaves {name} as it was.", "Which line changes the weights after backward?"
        )
    loss = cross_entropy(after.astype(np.float64), valid[1])[0].mean()
    counts = np.bincount(train[1].ravel(), minlength=LETTERS) + 1.0
    unigram = -np.log(counts / counts.sum())[valid[1]].mean()
    return float(np.exp(min(loss - unigram, 50.0)))


test_lstm_learns = variant(
    test_rnn_learns,
    "LSTMLM, trained by train_lstm, guesses far better than by frequency alone",
    trainer=TRAIN_LSTM,
)
