"""Pictures of a student's own models and training: how far gradients reach, how large they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.pictures import PAD, Measure, NoPicture, Offer, Offers, Picture, distance, loss, norms

if TYPE_CHECKING:  # a notebook draws without all that checks need
    from autograder.checks import Draw, Student

STEPS, ROWS, FEW = 40, 16, 20  # of what gradients run through; any vocabulary has so many words
V, E, H = 30, 8, 24
BATCHES, SIZE, LENGTH = 40, 8, 12
MODELS = {"RNN": "VanillaRNNLM", "LSTM": "LSTMLM"}
TRAININGS = {"RNN": "train_rnn", "LSTM": "train_lstm"}
KEYS = ("grad_norm_rhh", "grad_norm_hh")
LINES = ("the cat sat on a mat", "so it did", "and slept well")


def distance_of(measure: Measure, **models: Any) -> Picture:
    """Models by name: RNN=…, LSTM=…"""
    tokens = np.random.default_rng(0).integers(1, FEW, (ROWS, STEPS))
    seen = {name: measure("distance", model, {"x": tokens}, STEPS) for name, model in models.items()}
    return distance(
        seen,
        "without training both curves fall by a factor at each step, and that of an LSTM falls more slowly.",
        "Trained weights move both: compare a picture from before with one from after.",
    )


def norms_of(measure: Measure, **logs: Any) -> Picture:
    """The logs of both trainings by name: RNN=rnn_logs, LSTM=lstm_logs."""
    return norms({name: _norms_in(each, name) for name, each in logs.items()})


def loss_cells(measure: Measure, lm_loss: object) -> Picture:
    """Which targets of three lines of different lengths the loss counts."""
    rows = [line.split() for line in LINES]
    width = max(map(len, rows))
    names = [[*row, *[PAD] * (width - len(row))] for row in rows]
    words = [PAD, *sorted({word for row in rows for word in row})]
    targets = np.array([[words.index(name) for name in row] for row in names])
    return loss(measure("loss", lm_loss, targets, len(words)), names)


def _norms_in(logs: object, name: str) -> object:
    """The norms in what a training logged."""
    found = [logs[key] for key in KEYS if key in logs] if isinstance(logs, Mapping) else []
    if not found:
        raise NoPicture(f"The logs of {name} have none of the keys {' and '.join(KEYS)}.")
    return found[0]


# --- of a submission --------------------------------------------------------------------------------------


def distance_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    models = {name: student.new(kind, V, 16, 48, seed=1) for name, kind in MODELS.items()}
    return distance_of(measure, **models)


def norms_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    """A short training of each model on made-up words, seen from outside beside what it logs."""
    logged, seen, batches = {}, {}, _batches(draw)
    for name, kind in MODELS.items():
        model = student.new(kind, V, E, H, seed=1).randomised(draw, 0.7)
        train = student.named(TRAININGS[name])
        found = measure("norms", train, model, "weight_hh", batches, batches[:1], epochs=1, lr=0.01)
        seen[name] = found["norms"]
        match found["returned"]:
            case (logs, _):
                logged[name] = _norms_in(logs, name)
            case _:
                raise NoPicture(f"{TRAININGS[name]} does not return (logs, model).")
    return norms(logged, seen)


def loss_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    return loss_cells(measure, student.named("lm_loss"))


def _batches(draw: Draw) -> list[Any]:
    """(x, y) of words that follow each other by a rule: each is the one before, plus 1 or 2."""
    steps = 1 + draw.integers(0, 2, BATCHES, SIZE, LENGTH + 1)
    words = 1 + np.cumsum(steps, axis=2) % (V - 1)
    return [(batch[:, :-1], batch[:, 1:]) for batch in words]


PICTURES = Offers(
    ("VanillaRNNLM", "LSTMLM", "lm_loss"),
    {
        "distance": Offer('picture("distance", RNN=rnn, LSTM=lstm)', distance_of, distance_of_code),
        "norms": Offer('picture("norms", RNN=rnn_logs, LSTM=lstm_logs)', norms_of, norms_of_code),
        "loss": Offer('picture("loss", lm_loss)', loss_cells, loss_of_code),
    },
)
