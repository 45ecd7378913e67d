"""What the notebook's last cell recorded of the experiments.

All of it is a claim of the student's: it is compared with itself, earns nothing, and may hold anything.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from autograder.checks import Mismatch, Outputs
from autograder.checks.notebook import recorded

MARKER = "A3B-RESULTS "
MODELS = ("MLP", "Elman", "LSTM")  # nn.RNN may be in the record as well
PARTS = {  # what is missing, by the field
    "validation": "the validation accuracies",
    "test": "the test accuracies",
    "ndfa": "the samples of ndfa",
    "brackets": "the samples of brackets",
    "reviews": "reviews or quick",
    "quick": "reviews or quick",
}


def _of_all(accuracies: dict[str, float]) -> dict[str, float]:
    if not accuracies.keys() >= set(MODELS):
        raise ValueError("a model is missing")
    return accuracies


Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Accuracies = Annotated[dict[str, Share], AfterValidator(_of_all)]  # by model
Epochs = Annotated[list[list[str]], Field(min_length=1, max_length=1000)]  # the samples after each


class Record(BaseModel):
    """The numbers and samples."""

    model_config = ConfigDict(strict=True)

    validation: Accuracies
    test: Accuracies
    ndfa: Epochs
    brackets: Epochs
    reviews: str
    quick: bool
    majority: Share


def read(outputs: Outputs | None) -> Record:
    """What the closing cell recorded. Raises Mismatch where it is missing or of another form."""
    data, place = recorded(outputs, MARKER)
    try:
        return Record.model_validate(data)
    except ValidationError as error:
        field = str(next(iter(error.errors()[0]["loc"]), ""))
        wrong = PARTS.get(field, field) or "all of it"
    raise Mismatch(
        f"The record of the results is not readable: {wrong} missing, or of another kind.",
        "Was the given last cell changed?",
        place=place,
    )
