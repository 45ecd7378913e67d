"""The sheets that people fill: one line for each submission that a grader looked at.

    id | people | grader | saved | 1 Summary [5 / 4 / 3] | 1 Summary: comment | … | overall comment | version

A page saves one such line, DIR/rubric.csv has them all for whoever prefers a spreadsheet, and every CSV file
in DIR/rubric/marks/ is read, whatever it is called: three people can have a copy each. `saved` is when a page
saved it; a spreadsheet leaves it empty. `version` stands for what was handed in and looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.handed import Handed
from autograder.classroom.spreadsheet import cells_of, number_in, original, table
from autograder.course.config import ConfigError
from autograder.course.rubric import NO_REPORT, Row, Rubric
from autograder.course.words import did_you_mean

SHEET = "rubric.csv"
INDEX = "rubric/index.html"
PAGES = "rubric/sheets"
MARKS = "rubric/marks"
_FIRST = ("id", "people", "grader", "saved")
_LAST = ("overall comment", "version")


@dataclass(frozen=True)
class Cell:
    """What a grader wrote for one row: the mark as it stands in the sheet, "" for none, and the comment."""

    given: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Line:
    """What one grader gave one submission; `cells` are in the order of the rubric's rows.

    `source` is the file that says so, relative to DIR. Without a `version` the marks are of what there is.
    """

    id: str
    grader: str
    saved: str
    version: str
    cells: tuple[Cell, ...]
    comment: str
    source: str

    def is_about(self, handed: Handed) -> bool:
        """Whether it was filled for these very files."""
        return self.version in ("", handed.version)

    @property
    def is_empty(self) -> bool:
        """Nothing is filled in, as in a sheet that nobody touched."""
        return not self.comment and not any(cell.given or cell.comment for cell in self.cells)


def columns(rubric: Rubric) -> list[str]:
    """The head of a sheet."""
    rows = [text for row in rubric.rows for text in (f"{row.title} [{allowed(rubric, row)}]", _comment(row))]
    return [*_FIRST, *rows, *_LAST]


def allowed(rubric: Rubric, row: Row) -> str:
    """The marks of a row, as "5 / 4 / 3" or "0 to 2.5"."""
    return f"0 to {row.up_to:g}" if row.up_to is not None else " / ".join(rubric.levels_of(row))


def points_for(given: str, rubric: Rubric, row: Row) -> float | None:
    """The points of a mark as it stands in a sheet; None for what the row does not allow.

    A spreadsheet may have made 5.0 or 5,0 of 5.
    """
    if _plain(given) == NO_REPORT:
        return 0.0
    if row.up_to is not None:
        number = number_in(given)
        return number if number is not None and 0 <= number <= row.up_to else None
    return next((points for level, points in rubric.levels_of(row).items() if _is(given, level)), None)


def level_of(given: str, row: Row) -> str:
    """What the level of a mark means; "" for a mark that is none."""
    if _plain(given) == NO_REPORT:
        return "Nothing was handed in for this."
    return next((text for level, text in row.levels.items() if _is(given, level)), "")


def _is(given: str, level: str) -> bool:
    number = number_in(given)
    return _plain(given) == _plain(level) or (number is not None and number == number_in(level))


def template(rubric: Rubric, handed: Iterable[Handed]) -> str:
    """A sheet with a line for each submission and no marks, as the text of a CSV file."""
    head = columns(rubric)
    nothing = [""] * (len(head) - 3)
    return table([head, *([each.id, people(each), *nothing, each.version] for each in handed)])


def lines_of(folder: Path, rubric: Rubric, strange: list[str]) -> list[Line]:
    """All filled lines of the class in DIR; `strange` receives a sentence on each file that is no sheet."""
    found: list[Line] = []
    for path in [folder / SHEET, *sorted((folder / MARKS).rglob("*"))]:
        if not path.is_file() or path.name.startswith((".", "~")):  # "~$a.xlsx": open in Excel
            continue
        source = path.relative_to(folder).as_posix()
        if path.suffix.lower() != ".csv":
            strange.append(f"{source} was not read: save it as CSV.")
            continue
        try:
            found += read_sheet(path.read_bytes(), source, rubric, strange)
        except ConfigError as error:
            strange.append(str(error))
        except OSError as error:
            strange.append(f"{source} cannot be read: {error.strerror or error}.")
    return found


def read_sheet(data: bytes, source: str, rubric: Rubric, strange: list[str]) -> list[Line]:
    """The filled lines of one sheet; `strange` receives a sentence on columns that are no row's.

    Raises ConfigError when it is no sheet.
    """
    head, *rows = cells_of(data, source) or [[]]
    places = _places(head, source, rubric, strange)
    lines = [_line(row, places, source, rubric) for row in rows]
    return [line for line in lines if not line.is_empty]


def _places(head: list[str], source: str, rubric: Rubric, strange: list[str]) -> dict[str, int]:
    """In which column of a sheet each column stands, by its plain name."""
    titles = {_plain(row.title) for row in rubric.rows}
    known = {*_FIRST, *_LAST, *titles, *(_plain(_comment(row)) for row in rubric.rows)}
    if "id" not in map(_plain, head):
        raise ConfigError(f"{source} has no column `id`: it is no sheet of this rubric.")
    places: dict[str, int] = {}
    for number, text in enumerate(head):
        name = _plain(text)
        name = next((title for title in titles if name.startswith(f"{title} [")), name)
        if name in places:
            strange.append(f"{source} has the column {text!r} twice: the second was not read.")
        elif name in known:
            places[name] = number
        elif name:
            hint = did_you_mean(text, [row.title for row in rubric.rows])
            strange.append(f"{source} has a column {text!r}, which is no row of the rubric{hint}.")
    return places


def _line(row: list[str], places: dict[str, int], source: str, rubric: Rubric) -> Line:
    def at(name: str) -> str:
        number = places.get(_plain(name), len(row))
        return original(row[number].replace("\xa0", " ").strip()) if number < len(row) else ""

    cells = tuple(Cell(at(each.title), at(_comment(each))) for each in rubric.rows)
    return Line(at("id"), at("grader"), at("saved"), at("version"), cells, at(_LAST[0]), source)


def _comment(row: Row) -> str:
    return f"{row.title}: comment"


def _plain(text: str) -> str:
    return " ".join(original(text).casefold().split())


def people(handed: Handed) -> str:
    """The cell of a submission's people; "" where nobody is known, or to be known."""
    return handed.names if handed.people else ""


def code_of(handed: Handed) -> str:
    """What a submission is called where graders are not to know whose it is: an id may be a name."""
    secret = f"{handed.digest}:{handed.path}:{handed.id}"
    return f"sheet-{hashlib.sha256(secret.encode()).hexdigest()[:10]}"


def ids_of(handed: Iterable[Handed]) -> dict[str, str]:
    """The ids of all submissions, by all that a sheet may call them."""
    everybody = list(handed)
    return {code_of(each): each.id for each in everybody} | {each.id: each.id for each in everybody}


def resolve(called: str, ids: Mapping[str, str]) -> str | None:
    """The id that a line means: a spreadsheet program takes 007 for the number 7, or writes 7.0."""
    if called in ids:
        return ids[called]
    number = called.removesuffix(".0").removesuffix(",0")
    alike = [id for id in ids if id.isdigit() and id.lstrip("0") == number.lstrip("0")]
    return alike[0] if len(alike) == 1 else None


def whose(line: Line, handed: Mapping[str, Handed], ids: Mapping[str, str]) -> str | None:
    """The id of the submission that a line is about; None for that of nobody here.

    Of several of the same people it is the one whose files were looked at, if that is there.
    """
    id = resolve(line.id, ids)
    if id is None or line.is_about(handed[id]):
        return id
    owners = {*handed[id].owners}
    meant = (each for each in handed.values() if line.is_about(each) and owners & {*each.owners})
    return next((each.id for each in meant), id)
