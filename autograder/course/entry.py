"""What all entries of grading_config.yaml have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Entry(BaseModel):
    """A part of the file: it has no keys but its own, and values of just their type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
