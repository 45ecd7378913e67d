"""A CSV file of which only some cells change: all others stay as they are, byte for byte."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.spreadsheet import content_of, separated
from autograder.course.config import ConfigError

_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass
class Row:
    """The cells of a line as they stand in the file, quotes and all, and how the line ends."""

    cells: list[str]
    end: str

    def __getitem__(self, column: int) -> str:
        """The text of a cell; "" where the line is too short."""
        return _plain(self.cells[column]).strip() if column < len(self.cells) else ""

    def put(self, column: int, text: str, delimiter: str) -> None:
        """Give a cell another text; a line that is too short is made as long."""
        self.cells += [""] * (column + 1 - len(self.cells))
        self.cells[column] = _quoted(text, delimiter)


class Sheet:
    """The lines of a CSV file, and its separator. Raises ConfigError for what is none."""

    def __init__(self, path: Path) -> None:
        data = content_of(path)
        mark, self._encoding = next((each for each in _MARKS if data.startswith(each[0])), (b"", "utf-8"))
        text = data[len(mark) :].decode(self._encoding, "surrogateescape")
        self._start = mark.decode("latin-1")
        self._first, self.delimiter = separated(text, str(path))
        text = text[len(self._first) :]
        self.rows = list(_rows(text, self.delimiter, path))
        if not self.rows:
            raise ConfigError(f"{path} is empty.")

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [self.rows[0][column] for column in range(len(self.rows[0].cells))]

    def bytes(self) -> bytes:
        """The file, with the cells that were put into it."""
        lines = (self.delimiter.join(row.cells) + row.end for row in self.rows)
        text = self._first + "".join(lines)
        return self._start.encode("latin-1") + text.encode(self._encoding, "surrogateescape")


def _rows(text: str, delimiter: str, path: Path) -> Iterator[Row]:
    """The lines, cut at the separators and line ends that stand in no quotes."""
    # A cell in quotes may be followed by more, which belongs to it; one without ends at the next separator.
    cell = re.compile(rf'(?:"(?:[^"]|"")*")?[^{re.escape(delimiter)}\r\n]*')
    at, cells = 0, list[str]()
    while at < len(text):
        found = cell.match(text, at)
        assert found is not None
        if found[0].startswith('"') and not _QUOTED.match(found[0]):
            number = text.count("\n", 0, at) + 1
            raise ConfigError(f"{path}:{number}: a quotation mark is opened and never closed.")
        cells.append(found[0])
        at = found.end()
        if text.startswith(delimiter, at):
            at += 1
            if at == len(text):
                cells.append("")
            continue
        end = re.compile(r"\r\n|\r|\n|$").match(text, at)
        assert end is not None
        yield Row(cells, end[0])
        at, cells = end.end(), []
    if cells:
        yield Row(cells, "")


def _plain(cell: str) -> str:
    """The text of a cell as it stands in the file."""
    quoted = _QUOTED.match(cell)
    return quoted[0][1:-1].replace('""', '"') + cell[quoted.end() :] if quoted else cell


def _quoted(text: str, delimiter: str) -> str:
    """A text as a cell."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow([text])
    return out.getvalue() if text else ""
