"""Whose sheet it is, by its head, and which of its columns say what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.classroom.gradebook.sheet import Row, Sheet
from autograder.course.config import Assignment, ConfigError
from autograder.course.words import did_you_mean, listed

POINTS_POSSIBLE = "points possible"  # the name in Canvas's line of maxima
EXCUSED = "EX"  # Canvas: the student is excused
_CANVAS_COLUMN = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)")


@dataclass(frozen=True)
class Dialect:
    """A course system's sheet. `columns` are those that say who a line is about, each with what it holds.

    `own` is the key of `Handed.keys` that `number` finds in a line. `grade` names the column of the grade; ""
    is to be found among the columns of assignments, "+" is a new one, for a system that takes no grades back.
    `own_is_a_persons`: that number is of a person, else of a submission.
    """

    name: str
    needs: frozenset[str]
    own: str
    number: Callable[[str], str]
    columns: Mapping[str, str]  # own, sid, login, email, name: the names that a column may have
    grade: str = ""
    own_is_a_persons: bool = True
    maximum: str = ""
    comments: str = ""
    may_change: str = ""


def _digits_at_the_end(text: str) -> str:
    """123, of Participant 123."""
    found = re.search(r"(\d+)$", text)
    return found[1] if found else ""


CANVAS = Dialect(
    "Canvas gradebook",
    frozenset({"Student", "ID"}),
    "canvas",
    str,
    {"own": "ID", "sid": "SIS User ID", "login": "SIS Login ID", "name": "Student"},
)
MOODLE = Dialect(
    "Moodle worksheet",
    frozenset({"Identifier", "Grade"}),
    "moodle",
    _digits_at_the_end,
    {"own": "Identifier", "sid": "ID number", "email": "Email address", "name": "Full name"},
    grade="Grade",
    maximum="Maximum Grade",
    comments="Feedback comments",
    may_change="Grade can be changed",
)
GRADESCOPE = Dialect(
    "Gradescope sheet",
    frozenset({"SID", "Email", "Total Score"}),
    "gradescope",
    str,
    {"own": "Submission ID", "sid": "SID", "email": "Email", "name": "Name"},
    grade="+",
    own_is_a_persons=False,
)
DIALECTS = (CANVAS, MOODLE, GRADESCOPE)


def dialect_of(sheet: Sheet, name: str) -> Dialect:
    """Whose sheet it is. Raises ConfigError for one that is nobody's."""
    found = [each for each in DIALECTS if each.needs <= set(sheet.head)]
    if len(found) == 1:
        return found[0]
    raise ConfigError(
        f"{name} is no sheet that is known by its head: a Canvas gradebook has Student and ID, a Moodle "
        "worksheet Identifier and Grade, Gradescope's SID, Email and Total Score. Download it in English."
    )


def column_of(sheet: Sheet, dialect: Dialect, assignment: Assignment, asked: str, name: str) -> int:
    """The column that gets the grade. Raises ConfigError where it is not certain which one that is."""
    head = sheet.head
    columns = [column for column in head if _CANVAS_COLUMN.fullmatch(column)]
    if asked:
        near = [column for column in columns if _title(column) == asked]
        wanted = near[0] if len(near) == 1 else asked
        if head.count(wanted) != 1:
            others = f"; those of assignments are {listed(map(repr, columns))}" if columns else ""
            raise ConfigError(f"{name} has no column {asked!r}{did_you_mean(asked, head) or others}.")
        if wanted in dialect.columns.values():
            raise ConfigError(f"{asked!r} says who a line of {name} is about: it gets no grades.")
        return head.index(wanted)
    if dialect.grade == "+":
        return len(head)
    if dialect.grade:
        return head.index(dialect.grade)
    named = [each for each in columns if _title(each) in (assignment.title, assignment.name)]
    if len(named or columns) != 1:
        told = listed(map(repr, columns))
        raise ConfigError(
            f"{name} has {len(columns)} columns of assignments: say --column with one of {told}."
        )
    return head.index((named or columns)[0])


def _title(column: str) -> str:
    found = _CANVAS_COLUMN.fullmatch(column)
    return found["title"] if found else column


def is_of_a_student(row: Row, places: Mapping[str, int]) -> bool:
    """Whether a line is about somebody: Canvas has others, of maxima and of what is hidden."""
    if "name" in places and row[places["name"]].casefold() == POINTS_POSSIBLE:
        return False
    return any(row[place] for what, place in places.items() if what != "name")
