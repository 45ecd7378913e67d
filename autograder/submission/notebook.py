"""A notebook as one importable module: its code cells line for line, without what only runs in Jupyter.

!pip install wandb            pass
files = !ls                   an expression that raises: files is unset, and it is known why
%run helpers.py               from helpers import *
%%writefile toolkit.py        nothing; what follows is the text of another module
"""

from __future__ import annotations

import bisect
import functools
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from autograder.submission.code import MAX_CODE, BadCode, NotPython, parse
from autograder.submission.outputs import MAX_TEXTS, CellOutput, read_output

MAX_CELLS = 2_000
_CELL_COST = 100  # characters that a cell counts for beside its code
_TRIES = 8  # parses of one cell; then every line that looks like a magic is dropped at once
_MAX_QUOTE = 60
_PYTHON_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")
_WRITES = ("%%writefile", "%%file")
_ASSIGNED = re.compile(r"([^\W\d]\w*(?:, ?\w+)*) ?= ?[%!]")  # on a stripped line
_HELP = re.compile(r"\?{1,2}[\w.*]+|[\w.*]+\?{1,2}")
_RUN = re.compile(r"%run (?:-i )?[\"']?([\w/]+)\.py[\"']?")
_FUTURE = re.compile(r"from __future__ import [\w, ]+$")
_NOT_RUN = "(_ for _ in ()).throw(RuntimeError('commands of the shell are not run where this is graded'))"


class NotANotebook(Exception):
    """The file is no notebook that can be read; the text completes "NAME …"."""


@dataclass(frozen=True)
class BrokenCell:
    """A cell that is not Python. `said` tells so in one clause, `text` is the cell.

    Its first line is line `start` of the notebook's source; those of `error` are counted from there.
    """

    said: str
    text: str
    start: int
    error: BadCode


@dataclass(frozen=True)
class Cells:
    """Where the lines of a notebook's source come from, in words that find them again in Jupyter.

    `starts` are the first lines of the code cells in the source, `labels` what the cells are called:
    "cell [7]" by the number that Jupyter shows beside it, "code cell 3" where there is none, or two.
    """

    starts: tuple[int, ...]
    labels: tuple[str, ...]
    lines: tuple[str, ...]

    def place(self, line: int) -> str:
        """The cell of a line of the source, counted from 1, and the line itself.

        Where the cell has the same line twice, its number in the cell tells which.
        """
        index = max(bisect.bisect_right(self.starts, line) - 1, 0)
        text = quoted(self.lines[line - 1]) if 0 < line <= len(self.lines) else ""
        if not text:
            return self.labels[index]
        number = f" ({line - self.starts[index] + 1})" if self._counts[index, text] > 1 else ""
        return f"{self.labels[index]}, the line{number} {text}"

    @functools.cached_property
    def _counts(self) -> Counter[tuple[int, str]]:
        """How often a line stands in a cell, as it is quoted."""
        cells = (bisect.bisect_right(self.starts, number) - 1 for number in range(1, len(self.lines) + 1))
        return Counter((max(cell, 0), quoted(line)) for cell, line in zip(cells, self.lines, strict=True))

    def bounds(self, line: int) -> tuple[int, int]:
        """The first and the last line of the cell that a line belongs to."""
        index = max(bisect.bisect_right(self.starts, line) - 1, 0)
        ends = [start - 1 for start in self.starts[1:]] + [len(self.lines)]
        return self.starts[index], ends[index]


@dataclass(frozen=True)
class Notebook:
    """A notebook's code. Line 1 of `source` belongs to no cell. `outputs` are claims, see there.

    `written` are the modules that its cells write, by file name.
    """

    source: str
    cells: Cells
    broken: tuple[BrokenCell, ...]
    outputs: tuple[CellOutput, ...] = ()
    written: dict[str, str] = field(default_factory=dict)


def read_notebook(text: str) -> Notebook:
    """The code cells of an .ipynb file. Raises NotANotebook."""
    codes = _codes(text)
    lines, said = [""], [""]  # the place of `from __future__` imports, which must come first
    starts, broken = [], []
    outputs: list[CellOutput] = []
    left = MAX_TEXTS
    for number, (cell, code) in enumerate(codes, start=1):
        outputs.append(read_output(cell, number, code, left))
        left -= len(outputs[-1].text)
    labels = _labels(outputs)
    written: dict[str, str] = {}
    for (_, code), label in zip(codes, labels, strict=True):
        starts.append(len(lines) + 1)
        clean, error = python_of_cell(code)
        if error is not None:
            broken.append(BrokenCell(f"{label}{_blamed(code, error)}", code, starts[-1], error))
        _write(code, written)
        lines += clean.split("\n")
        said += code.split("\n")
    for index, line in enumerate(lines):
        if _FUTURE.match(line):
            lines[0], lines[index] = f"{lines[0]}{line}; ", ""
    cells = Cells(tuple(starts), labels, tuple(said))
    return Notebook("\n".join(lines) + "\n", cells, tuple(broken), tuple(outputs), written)


def python_of_cell(code: str) -> tuple[str, BadCode | None]:
    """A cell with magics and shell commands replaced, line for line; an empty one if it is not Python."""
    lines = code.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return code, None
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in _PYTHON_CELL_MAGICS:
            return "\n" * (len(lines) - 1), None
        lines[first] = ""
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    if indent and all(line.startswith(indent) or not line.strip() for line in lines):
        lines = [line[len(indent) :] for line in lines]
    for attempt in range(_TRIES):
        try:
            parse("\n".join(lines))
            return "\n".join(lines), None
        except BadCode as problem:
            error = problem
        if not (isinstance(error, NotPython) and _replace_magic(lines, error.line - 1)):
            break
        if attempt == _TRIES - 2:
            for index in range(len(lines)):
                _replace_magic(lines, index)
    return "\n" * (len(lines) - 1), error


def quoted(line: str) -> str:
    """A line as it is quoted in a sentence; "" for an empty one."""
    text = line.strip()
    if len(text) > _MAX_QUOTE:
        text = text[: _MAX_QUOTE - 1].rstrip() + "…"
    return f"“{text}”" if text else ""


def _labels(outputs: list[CellOutput]) -> tuple[str, ...]:
    counts = Counter(each.count for each in outputs)
    return tuple(
        f"cell [{each.count}]"
        if each.count is not None and counts[each.count] == 1
        else f"code cell {each.number}"
        for each in outputs
    )


def _blamed(code: str, error: BadCode) -> str:
    """What is wrong with a cell, after its name."""
    lines = code.split("\n")
    if isinstance(error, NotPython) and 0 < error.line <= len(lines) and lines[error.line - 1].strip():
        return f", the line {quoted(lines[error.line - 1])} is not valid Python: {error.reason}"
    if isinstance(error, NotPython):
        return f" is not valid Python: {error.reason}"
    return f" {error}"


def _write(code: str, written: dict[str, str]) -> None:
    """Do what a %%writefile cell does, if it writes a module."""
    magic, _, text = code.lstrip().partition("\n")
    words = magic.split()
    if not words or words[0] not in _WRITES:
        return
    names = [word.strip("\"'") for word in words[1:] if not word.startswith("-")]
    name = PurePosixPath(names[0].replace("\\", "/")).name if len(names) == 1 else ""
    if name.endswith(".py"):
        before = written.get(name, "") if {"-a", "--append"} & {*words} else ""
        written[name] = before + text + ("" if text.endswith("\n") else "\n")


def _replace_magic(lines: list[str], index: int) -> bool:
    """Replace a magic or shell line, with the lines that its backslashes continue; False if it is none."""
    if index >= len(lines):
        return False
    text = lines[index].strip()
    assigned = _ASSIGNED.match(text)
    if not (text.startswith(("%", "!")) or assigned or _HELP.fullmatch(text)):
        return False
    run = _RUN.fullmatch(text)
    by = "pass"
    if assigned:
        by = f"{assigned[1]} = {_NOT_RUN}"
    elif run:
        by = f"from {run[1].replace('/', '.').lstrip('.')} import *"
    end = index
    while lines[end].endswith("\\") and end + 1 < len(lines):
        end += 1
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines[index : end + 1] = [indent + by] + [""] * (end - index)
    return True


def _codes(text: str) -> list[tuple[dict[str, Any], str]]:
    """The code cells, as they are in the file and as text. Raises NotANotebook."""
    found: list[tuple[dict[str, Any], str]] = []
    total = 0
    for cell in cells_of(text):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = text_of(cell.get("source", cell.get("input", "")))
        total += len(code) + _CELL_COST
        if total > MAX_CODE:
            raise NotANotebook(f"holds more than {MAX_CODE:,} characters of code: keep data out of it")
        found.append((cell, code))
    if not found:
        raise NotANotebook("has no code cell")
    if len(found) > MAX_CELLS:
        raise NotANotebook(f"has more than {MAX_CELLS:,} code cells")
    return found


def cells_of(text: str) -> list[Any]:
    """The cells as they are in the file, whatever they hold. Raises NotANotebook."""
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


def text_of(source: Any) -> str:
    """A cell's source, which is one string or a list of lines."""
    parts = source if isinstance(source, list) else [source]
    text = "".join(part for part in parts if isinstance(part, str))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
