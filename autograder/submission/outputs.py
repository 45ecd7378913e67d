"""What the cells of a notebook say they printed and showed: claims, kept as bounded text and never run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.wire.text import clean

MAX_TEXT = 200_000  # characters of one cell that are looked at
MAX_TEXTS = 4_000_000  # of all cells
MAX_OUTPUTS = 2_000  # of one cell; a progress bar makes many
_PICTURES = {  # how the data of a picture begins
    "image/png": ("iVBORw0KGgo",),
    "image/jpeg": ("/9j/",),
    "image/svg+xml": ("<svg", "<?xml", "<!DOCTYPE svg"),
}


@dataclass(frozen=True)
class CellOutput:
    """What one code cell left in the notebook. `number` counts code cells, from 1.

    `count` is the number in [brackets] beside the cell: the place of its run among all runs.
    """

    number: int
    empty: bool  # there is no code in it
    count: int | None
    text: str  # what it printed and displayed as text
    pictures: int
    error: str  # the name of the exception that it ended with, or ""
    code: str = ""  # what stands in it, cut


@dataclass(frozen=True)
class Outputs:
    """The code cells of one notebook, in order."""

    filename: str
    cells: tuple[CellOutput, ...]


def read_output(cell: dict[str, Any], number: int, code: str, limit: int = MAX_TEXT) -> CellOutput:
    """The outputs of a code cell, whatever its JSON holds, with at most `limit` characters of text."""
    count = cell.get("execution_count", cell.get("prompt_number"))
    found = cell.get("outputs")
    found = found[:MAX_OUTPUTS] if isinstance(found, list) else []
    outputs = [each for each in found if isinstance(each, dict)]
    text, left = "", min(limit, MAX_TEXT)
    for part in _texts(outputs):
        text += part[:left]
        left = min(limit, MAX_TEXT) - len(text)
    errors = [each.get("ename") for each in outputs if each.get("output_type") == "error"]
    return CellOutput(
        number=number,
        empty=not code.strip(),
        count=count if type(count) is int else None,
        text=text,
        pictures=sum(_is_picture(each.get("data")) for each in outputs),
        error=clean(str(errors[0])[:500], 100) if errors else "",
        code=code[:MAX_TEXT],
    )


def _texts(outputs: list[dict[str, Any]]) -> Iterator[str]:
    """What was printed or displayed as text; progress bars and warnings go elsewhere."""
    for output in outputs:
        data = output.get("data")
        if output.get("output_type") == "stream" and output.get("name") != "stderr":
            yield _joined(output.get("text"))
        elif isinstance(data, dict):
            yield _joined(data.get("text/plain")) + "\n"


def _is_picture(data: Any) -> bool:
    return isinstance(data, dict) and any(
        _joined(data.get(kind))[:200].lstrip().startswith(starts) for kind, starts in _PICTURES.items()
    )


def _joined(text: Any) -> str:
    """Text of a notebook is one string or a list of lines."""
    if isinstance(text, list):
        return "".join(part for part in text[:MAX_TEXT] if isinstance(part, str))
    return text if isinstance(text, str) else ""
