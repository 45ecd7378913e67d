"""What the notebook's last cell recorded of the experiments, as findings for the people who grade."""

from __future__ import annotations

import re
from typing import Any

from autograder.checks.expect import Mismatch
from autograder.checks.notebook import Outputs, recorded

MARKER = "TOOLKIT-RESULTS "
ACCURACIES = {  # key in the record -> what it is called, and what a full run of right code exceeds by far
    "copy": ("copying", 0.7),
    "reverse": ("reversing", 0.7),
    "tagger": ("tagging", 0.9),
}


def record(outputs: Outputs | None) -> dict[str, Any]:
    """The recorded numbers: whether the run was a quick one, and three accuracies."""
    data, place = recorded(outputs, MARKER)
    fine = (
        isinstance(data, dict)
        and set(data) == {"quick", *ACCURACIES}
        and isinstance(data["quick"], bool)
        and all(isinstance(data[key], float | int) and 0 <= data[key] <= 1 for key in ACCURACIES)
    )
    if not fine:
        raise Mismatch(
            "The record of the results is not as the given last cell writes it.",
            "Is the last cell unchanged?",
            place=place,
        )
    assert isinstance(data, dict)
    return data


def in_full(found: dict[str, Any]) -> None:
    if found["quick"]:
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Set QUICK = False in the first cell and run the notebook once more.",
        )


def is_plausible(found: dict[str, Any]) -> None:
    for key, (name, least) in ACCURACIES.items():
        if found[key] < least:
            raise Mismatch(
                f"The recorded accuracy of {name}, {found[key]:.3f}, shows that {name} was not learnt.",
                "Which check of the code fails?",
            )


LAYERS = ("RNN", "GRU", "LSTM")


def norms_are_printed(outputs: Outputs) -> None:
    """A number beside the name of each of the three layers, in the outputs of one cell."""
    for cell in outputs.cells:
        lines = [line[:200] for line in cell.text.splitlines() if not line.startswith(MARKER)]
        with_numbers = [line for line in lines if re.search(r"\d\.\d", line)]
        if all(any(re.search(rf"\b{name}\b", line) for line in with_numbers) for name in LAYERS):
            return
    raise Mismatch(
        "The notebook does not show the norms of the hidden states of RNN, GRU and LSTM.",
        "Is the given cell that prints them still there, and was it run?",
        place=outputs.filename,
    )
