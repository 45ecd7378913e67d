"""A notebook as one importable module: its code cells line for line, without what only runs in Jupyter."""

from __future__ import annotations

import bisect
import json
import re
from dataclasses import dataclass
from typing import Any

from autograder.submission.code import MAX_CODE, BadCode, NotPython, parse
from autograder.submission.outputs import CellOutput, read_output

_CELL_COST = 100  # characters that a cell counts for beside its code
_TRIES = 8  # parses of one cell; then every line that looks like a magic is dropped at once
_PYTHON_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")
_MAGIC_LINE = re.compile(r"\s*(?:(?:[\w, ]+=\s*)?[%!].*|\?{1,2}[\w.*]+|[\w.*]+\?{1,2})\s*$")
_FUTURE = re.compile(r"from __future__ import [\w, ]+$")


class NotANotebook(Exception):
    """The file is no notebook that can be read; the text completes "NAME …"."""


@dataclass(frozen=True)
class BrokenCell:
    """A cell that is not Python. `said` tells so in one clause, `text` is the cell."""

    said: str
    text: str


@dataclass(frozen=True)
class Notebook:
    """A notebook's code. `starts` are the first lines of its code cells in `source`, `cells` their numbers.

    Line 1 of `source` belongs to no cell. Cells of every kind count, from 1. `outputs` are claims, see there.
    """

    source: str
    starts: tuple[int, ...]
    cells: tuple[int, ...]
    broken: tuple[BrokenCell, ...]
    outputs: tuple[CellOutput, ...] = ()

    def place(self, line: int) -> tuple[int, int]:
        """The cell and the line in it of a line of `source`, all counted from 1."""
        index = max(bisect.bisect_right(self.starts, line) - 1, 0)
        return self.cells[index], line - self.starts[index] + 1


def read_notebook(text: str) -> Notebook:
    """The code cells of an .ipynb file. Raises NotANotebook."""
    lines = [""]  # the place of `from __future__` imports, which must come first
    starts, numbers, broken, outputs = [], [], [], []
    total = 0
    for number, cell in enumerate(_cells(text), start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = _text(cell.get("source", cell.get("input", "")))
        total += len(code) + _CELL_COST
        if total > MAX_CODE:
            raise NotANotebook(f"holds more than {MAX_CODE:,} characters of code: keep data out of it")
        starts.append(len(lines) + 1)
        numbers.append(number)
        outputs.append(read_output(cell, number, code))
        clean, error = python_of_cell(code)
        if error is not None:
            broken.append(
                BrokenCell(f"cell {number}{',' if isinstance(error, NotPython) else ''} {error}", code)
            )
        lines += clean.split("\n")
    if not numbers:
        raise NotANotebook("has no code cell")
    for index, line in enumerate(lines):
        if _FUTURE.match(line):
            lines[0], lines[index] = f"{lines[0]}{line}; ", ""
    source = "\n".join(lines) + "\n"
    return Notebook(source, tuple(starts), tuple(numbers), tuple(broken), tuple(outputs))


def python_of_cell(code: str) -> tuple[str, BadCode | None]:
    """The cell as Python of as many lines, and what is wrong when it is none (it is then left blank).

    Like IPython: `!command`, `%magic`, `x = !command` and `name?` lines are dropped, whole cells of another
    language too. Only lines that Python itself refuses are looked at, so a `%` inside an expression stays.
    """
    lines = code.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return code, None
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in _PYTHON_CELL_MAGICS:
            return "\n" * (len(lines) - 1), None
        lines[first] = ""
    indent = re.match(r"\s*", lines[first])
    if indent and indent[0] and all(line.startswith(indent[0]) or not line.strip() for line in lines):
        lines = [line[len(indent[0]) :] for line in lines]
    for attempt in range(_TRIES):
        try:
            parse("\n".join(lines))
            return "\n".join(lines), None
        except BadCode as problem:
            error = problem
        if not (isinstance(error, NotPython) and _blank_magic(lines, error.line - 1)):
            break
        if attempt == _TRIES - 2:
            for index in range(len(lines)):
                _blank_magic(lines, index)
    return "\n" * (len(lines) - 1), error


def _blank_magic(lines: list[str], index: int) -> bool:
    """Replace a magic or shell line, with the lines that its backslashes continue; False if it is none."""
    if index >= len(lines) or not _MAGIC_LINE.match(lines[index]):
        return False
    end = index
    while lines[end].endswith("\\") and end + 1 < len(lines):
        end += 1
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines[index : end + 1] = [indent + "pass"] + [""] * (end - index)
    return True


def _cells(text: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NotANotebook("is no notebook: its JSON is damaged") from None
    if not isinstance(data, dict):
        raise NotANotebook("is no notebook")
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):  # notebooks of version 3
        sheets = [sheet for sheet in data["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    if not isinstance(cells, list):
        raise NotANotebook("is no notebook: it has no cells")
    return cells


def _text(source: Any) -> str:
    """A cell's source, which is one string or a list of lines."""
    parts = source if isinstance(source, list) else [source]
    text = "".join(part for part in parts if isinstance(part, str))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
