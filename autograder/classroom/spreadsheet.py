"""Tables as course systems and spreadsheet programs write them, and as such programs may safely open them."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from autograder.course.config import ConfigError

_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # a cell that begins so is run as a formula
# What is no Big5 looks so: "é" and a letter after it read as one character, in the middle of a word.
_MIXED = re.compile(r"[A-Za-z][\u2e80-\uffef]|[\u2e80-\uffef][A-Za-z]")
_DELIMITERS = ",;\t"
MAX_SIZE = 64 << 20  # of a file
csv.field_size_limit(1 << 20)  # characters of one cell, for all who read CSV files in this process


def read_table(path: Path) -> list[list[str]]:
    """The cells of a CSV file (`cells_of`). Raises ConfigError with one sentence for what is none."""
    return cells_of(content_of(path), str(path))


def content_of(path: Path) -> bytes:
    """The bytes of a file that is to be a table. Raises ConfigError, also for one that is too large."""
    try:
        if path.stat().st_size > MAX_SIZE:
            raise ConfigError(f"{path} is larger than {MAX_SIZE >> 20} MB: that is no table of a class.")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None


def cells_of(data: bytes, called: str) -> list[list[str]]:
    """The cells of a CSV file, row by row, without empty rows.

    Taken are commas, semicolons and tabs; UTF-8 with and without a mark, UTF-16, and what is neither as Big5,
    which Excel writes in Taiwan, or else Windows-1252; Excel's line `sep=;`. Raises ConfigError with one
    sentence for what is no table.
    """
    text = _decoded(data)
    line, delimiter = separated(text, called)
    return _rows(text[len(line) :], delimiter, called)


def separated(text: str, called: str) -> tuple[str, str]:
    """The first line where it only names the separator, as Excel's `sep=;`, else ""; and the separator."""
    if told := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):
        return told[0], told[1]
    return "", max(_DELIMITERS, key=lambda each: _likely(_rows(text, each, called)))


def table(rows: Iterable[Iterable[str]]) -> str:
    """Rows as a CSV file that no spreadsheet program takes a formula from: commas, UTF-8 with a mark."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def harmless(cell: str) -> str:
    """The text of a cell, with "'" before it where a spreadsheet program would run it (OWASP's list)."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def original(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS) else cell


def number_in(cell: str) -> float | None:
    """The number that a cell holds, with a point or a comma; None for none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _rows(text: str, delimiter: str, called: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ConfigError(f"{called} is no CSV file: {error}.") from None
    return [row for row in rows if any(map(str.strip, row))]


def _likely(rows: list[list[str]]) -> tuple[int, int]:
    """How likely it is that these are the cells: rows that are as wide as the head, then how wide that is.

    The separator that is seen most often will not do: a head of a few columns may have commas in its words.
    """
    width = len(rows[0]) if rows else 0
    return sum(len(row) == width for row in rows) if width > 1 else 0, width


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp950"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if encoding == "utf-8-sig" or not _MIXED.search(text):
                return text
    return data.decode("cp1252", "replace")
