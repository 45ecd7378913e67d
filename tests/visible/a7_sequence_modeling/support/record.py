"""What the last cell of the notebook of assignment 7 recorded, in the form that this cell gives it.

All of it is a claim of the student's: it is compared with itself and with the student's own classes, earns
nothing, and may hold anything at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from autograder.checks import Mismatch, Outputs, Student, Thing, listing
from autograder.checks.notebook import recorded

MARKER = "A7-RESULTS "
NETWORKS = {  # key in the record -> what people call it, cell, layers
    "rnn": ("vanilla RNN", "rnn", 1),
    "lstm": ("LSTM", "lstm", 1),
    "gru": ("GRU", "gru", 1),
    "deep_lstm": ("2-layer LSTM", "lstm", 2),
}
CLASSES = 3
UNTRAINED = math.log(CLASSES)  # mean loss of equal scores
NOT_A_MEAN = 2 * UNTRAINED
WHOLE = "sizes and numbers of parameters are whole numbers"


def _from(least: int, most: int) -> PlainValidator:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise PydanticCustomError("number", f"is no number from {least:,} to {most:,}")
        return value

    return PlainValidator(check)


def _is_whole(value: float) -> int:
    if not isinstance(value, int):
        raise PydanticCustomError("whole", WHOLE)
    return value


Fraction = Annotated[float, _from(0, 1)]
Loss = Annotated[float, _from(0, 10**9)]


class _Form(BaseModel):
    """What is missing, or nothing that could hold it, counts as null."""

    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def _with_all_fields(cls, data: Any) -> Any:
        return dict.fromkeys(cls.model_fields) | (data if isinstance(data, dict) else {})


class Network(_Form):
    """One of the four networks of the table."""

    losses: list[Loss] = Field(min_length=1, max_length=1_000)
    parameters: Annotated[int, _from(1, 10**9), AfterValidator(_is_whole)]
    accuracy: Fraction


class Record(_Form):
    """All of the record; in `networks` are those of `NETWORKS`."""

    networks: dict[str, Network]
    vocab_size: Annotated[int, _from(4, 5_000), AfterValidator(_is_whole)]
    hidden_size: Annotated[int, _from(1, 1_024), AfterValidator(_is_whole)]
    majority: Fraction
    one_to_one: Fraction
    many_to_one: Fraction
    sentences: dict[str, list[str]]
    texts: str
    text: str
    quick: bool

    @field_validator("networks", mode="before")
    @classmethod
    def _all_four(cls, networks: Any) -> Any:
        return {key: networks.get(key) if isinstance(networks, dict) else None for key in NETWORKS}


def read(outputs: Outputs | None) -> Record:
    """What the closing cell recorded. Raises Mismatch where it is missing or of another form."""
    data, place = recorded(outputs, MARKER)
    try:
        if isinstance(data, dict):
            return Record.model_validate(data)
        wrong = "it is not readable"
    except ValidationError as error:
        wrong = _wrong(error.errors(include_url=False, include_context=False))
    raise Mismatch(
        f"The record of the results is not as the given last cell writes it: {wrong}.", place=place
    )


def _wrong(errors: Sequence[ErrorDetails]) -> str:
    """The first of them, in one clause."""
    about = errors[0]["msg"]
    match errors[0]["loc"]:
        case ("networks", key, "losses"):
            return f"the network {key} or its losses are missing"
        case ("sentences", *_):
            return "the sentences are not lists of texts"
        case ("texts" | "text" | "quick",):
            return f"{listing([str(error['loc'][0]) for error in errors])} missing"
        case _ if about == WHOLE:
            return WHOLE
        case ("networks", key, "losses", _):
            return f"{key}'s loss {about}"
        case ("networks", key, part):
            return f"{key}'s {part} {about}"
        case (name, *_):
            return f"{name} {about}"
    return about


def accepted_counts(student: Student, record: Record, key: str) -> set[int]:
    """Numbers of weights of the student's own network: with or without its embedding and its head."""
    _, cell, layers = NETWORKS[key]
    vocab, hidden = record.vocab_size, record.hidden_size
    lengths = np.array([2])
    classifier = student.new("AuthorClassifier", vocab, hidden, cell, layers, CLASSES)
    classifier(np.array([[1, 2]]), lengths)  # lazy layers take their shapes now
    recurrent = student.new("DeepRNN", cell, hidden, hidden, layers)
    recurrent(np.zeros((1, 2, hidden), np.float32), lengths)
    whole, loop = _size(classifier), _size(recurrent)
    embedding = vocab * hidden
    return {whole, loop, whole - embedding, loop + embedding}


def _size(thing: Thing) -> int:
    """How many weights of a module training may change."""
    weights = thing.weights
    return sum(weights[name].size for name in weights.trainable)
