"""What the notebook's last cell records of the experiments. All of it is a claim of the student's."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.checks import Mismatch, Outputs
from autograder.checks.notebook import recorded

MARKER = "TOOLKIT-RESULTS "
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Record(BaseModel):
    """Whether the run was a quick one, and three accuracies."""

    model_config = ConfigDict(extra="forbid", strict=True)

    quick: bool
    copying: Share = Field(alias="copy")
    reversing: Share = Field(alias="reverse")
    tagging: Share = Field(alias="tagger")

    @classmethod
    def of(cls, outputs: Outputs | None) -> Record:
        """The record in a notebook's outputs. Raises Mismatch where it is missing or of another form."""
        data, place = recorded(outputs, MARKER)
        try:
            return cls.model_validate(data)
        except ValidationError:
            raise Mismatch(
                "The record of the results is not as the given last cell writes it.",
                "Is the last cell unchanged?",
                place=place,
            ) from None
