"""Pictures of a student's own models: what they remember, how far gradients reach, what a loss counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.pictures import (
    MOST_STEPS,
    PAD,
    Array,
    Measure,
    NoPicture,
    Offer,
    Offers,
    Picture,
    distance,
    loss,
    states,
)

if TYPE_CHECKING:  # a notebook draws without all that checks need
    from autograder.checks import Draw, Student

SENTENCE, LINES = "The summer", ("The summer", "is", "so short")
VOCAB = {symbol: i for i, symbol in enumerate([PAD, "<SOS>", "<EOS>", *sorted(set("".join(LINES)))])}
HIDDEN = 12
STEPS, ROWS, FEW = 30, 16, 9  # of what gradients run through; any vocabulary has so many symbols


def states_over(measure: Measure, model: object, text: str, vocab: Mapping[str, int]) -> Picture:
    """A model of any paradigm reads a text; characters that it does not know are left out."""
    symbols = [symbol for symbol in text if symbol in vocab][:MOST_STEPS]
    if not symbols:
        raise NoPicture("The vocabulary knows no character of this text.")
    ids = np.array([[vocab[symbol] for symbol in symbols]])
    return states(measure("states", model, _arguments(ids), len(symbols)), symbols)


def distance_of(measure: Measure, **models: Any) -> Picture:
    """Models by name: RNN=…, LSTM=…"""
    ids = np.random.default_rng(0).integers(1, FEW, (ROWS, STEPS))
    seen = {name: measure("distance", model, _arguments(ids), STEPS) for name, model in models.items()}
    return distance(
        seen,
        "without training both curves fall by a factor at each step, and that of an LSTM falls more slowly.",
        "Small weights make gradients fade in any network. Training may change that, of gates above all.",
    )


def loss_cells(
    measure: Measure, token_loss: object, texts: Sequence[str], vocab: Mapping[str, int]
) -> Picture:
    """The texts, an <EOS> behind each, padded to one batch of targets."""
    rows = [[*text, "<EOS>"] for text in texts]
    width = max(map(len, rows))
    names = [[*row, *[PAD] * (width - len(row))] for row in rows]
    targets = np.array([[vocab[name] for name in row] for row in names])
    return loss(measure("loss", token_loss, targets, len(vocab)), names)


def _arguments(ids: Array) -> dict[str, Array]:
    """What the forwards of this assignment call their arguments; a model takes those that it knows."""
    rows, steps = ids.shape
    lengths = np.full(rows, steps)
    return {"tokens": ids, "inputs": ids, "lengths": lengths, "authors": np.zeros(rows, np.int64)}


# --- of a submission --------------------------------------------------------------------------------------


def states_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    model = student.new("AuthorClassifier", len(VOCAB), HIDDEN, "lstm").randomised(draw, 0.6)
    return states_over(measure, model, SENTENCE, VOCAB)


def distance_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    models = {
        name: student.new("AuthorClassifier", len(VOCAB), HIDDEN, name.lower(), seed=1)
        for name in ("RNN", "LSTM")
    }
    return distance_of(measure, **models)


def loss_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    return loss_cells(measure, student.named("token_loss"), LINES, VOCAB)


PICTURES = Offers(
    ("AuthorClassifier", "token_loss"),
    {
        "states": Offer('picture("states", model, "The summer", vocab)', states_over, states_of_code),
        "distance": Offer(
            'picture("distance", RNN=AuthorClassifier(…, "rnn"), LSTM=AuthorClassifier(…, "lstm"))',
            distance_of,
            distance_of_code,
        ),
        "loss": Offer('picture("loss", token_loss, ["The summer", "is"], vocab)', loss_cells, loss_of_code),
    },
)
