"""The record that the notebook's last cell prints: a claim of the student's, compared with itself only."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.checks import Mismatch
from autograder.checks.notebook import recorded
from autograder.submission import Submission

MARKER = "VG-RESULTS "
Number: TypeAlias = Annotated[float, Field(strict=True, ge=0, le=1e12)]
Curve: TypeAlias = Annotated[list[tuple[Number, Number]], Field(min_length=1, max_length=1_000)]


class Validation(BaseModel):
    """(loss, perplexity) after each epoch, of each model."""

    RNN: Curve
    LSTM: Curve


class Record(BaseModel):
    """The results: on which text, with which budget, and the perplexity of guessing by frequency."""

    model_config = ConfigDict(frozen=True)

    text: str
    budget: str
    unigram: Number
    ratio: Number
    val: Validation


def read(submission: Submission) -> Record:
    """The record, or a `Mismatch` that says that it is missing or of another form."""
    data, place = recorded(submission.outputs, MARKER)
    try:
        return Record.model_validate(data)
    except (ValidationError, RecursionError):
        sentence = "The record of the results is not as the given last cell writes it."
        raise Mismatch(sentence, place=place) from None
