"""What the outputs of a notebook show, as findings for the people who grade it.

Everything here is a claim of the student's: it earns nothing, and may hold anything at all.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.checks.expect import Mismatch
from autograder.submission.outputs import Outputs

MAX_RECORD = 50_000  # characters of a record; a whole one has a few thousand
RUN_ALL = "Kernel, Restart and run all; then save, and hand in that file."


def was_run(outputs: Outputs | None) -> None:
    """Every cell was run, in order, and none ended with an error."""
    if outputs is None:
        raise Mismatch(
            "There is no notebook here, so its experiments cannot be looked at.",
            "Hand in assignment.ipynb beside the modules, with its outputs.",
        )
    cells = [cell for cell in outputs.cells if not cell.empty]
    run = [cell for cell in cells if cell.count is not None]
    if not run:
        raise Mismatch(f"{outputs.filename} holds no outputs: it was not run yet.", RUN_ALL)
    for cell in cells:
        place = f"{outputs.filename}, code cell {cell.number}"
        if cell.error:
            raise Mismatch(f"Code cell {cell.number} ended with {cell.error}.", RUN_ALL, place=place)
    before = 0
    for cell in cells:
        place = f"{outputs.filename}, code cell {cell.number}"
        if cell.count is None:
            raise Mismatch(f"Code cell {cell.number} was not run, others were.", RUN_ALL, place=place)
        if cell.count <= before:
            raise Mismatch(
                f"Code cell {cell.number} was run before the one above it: the outputs may be out of date.",
                RUN_ALL,
                place=place,
            )
        before = cell.count


def find(outputs: Outputs | None, marker: str) -> tuple[str, str] | None:
    """The last line that begins with `marker`, without it, and where it is."""
    for cell in reversed(outputs.cells if outputs else ()):
        for line in reversed(cell.text.splitlines()):
            if line.startswith(marker):
                assert outputs is not None
                return line.removeprefix(marker), f"{outputs.filename}, code cell {cell.number}"
    return None


def recorded(outputs: Outputs | None, marker: str) -> tuple[Any, str]:
    """The JSON value that the closing cell printed behind `marker` (None for what is none), and its place."""
    found = find(outputs, marker)
    if found is None:
        raise Mismatch(
            f"No output begins with {marker.strip()}: the record of the results is missing.",
            "Is the given last cell still there, and was it run?",
            place=outputs.filename if outputs else "",
        )
    line, place = found
    try:
        return (json.loads(line) if len(line) <= MAX_RECORD else None), place
    except (ValueError, RecursionError):
        return None, place
