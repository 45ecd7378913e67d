"""Pictures of a student's own loss: which tokens of a padded batch it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.pictures import PAD, Measure, Offer, Offers, Picture, loss

if TYPE_CHECKING:  # a notebook draws without all that checks need
    from autograder.checks import Draw, Student

START, END = "START", "END"
NAMES = [PAD, START, END, *(str(word) for word in range(3, 12))]
TARGETS = ([START, "5", "3", "9", "7", END], [START, "4", END], [START, "8", "11", "6", END])
SOURCES = ([3, 9, 5, 7], [4, 0, 0, 0], [6, 11, 8, 0])


def loss_cells(measure: Measure, teacher_forcing_loss: object, model: object) -> Picture:
    """What the loss scores of three targets: the token behind each that the decoder reads."""
    width = max(map(len, TARGETS))
    names = [[*row, *[PAD] * (width - len(row))] for row in TARGETS]
    targets = np.array([[NAMES.index(name) for name in row] for row in names])
    seen = measure("loss_of_model", teacher_forcing_loss, model, np.array(SOURCES), targets)
    shares = np.asarray(seen["shares"])[:, : width - 1]  # whoever reads the last token scores nothing there
    return loss({"shares": shares}, [row[1:] for row in names])


def loss_of_code(student: Student, draw: Draw, measure: Measure) -> Picture:
    model = student.new("Seq2Seq", len(NAMES), 6, 8, seed=1)
    return loss_cells(measure, student.named("teacher_forcing_loss"), model)


PICTURES = Offers(
    ("Seq2Seq", "teacher_forcing_loss"),
    {"loss": Offer('picture("loss", teacher_forcing_loss, model)', loss_cells, loss_of_code)},
)
