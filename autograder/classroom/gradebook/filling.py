"""Grades put into a sheet that the instructor downloaded, and everything told that found no place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.classroom.gradebook.dialects import (
    EXCUSED,
    POINTS_POSSIBLE,
    Dialect,
    column_of,
    dialect_of,
    is_of_a_student,
)
from autograder.classroom.gradebook.joining import Joined, join
from autograder.classroom.gradebook.sheet import Row, Sheet
from autograder.classroom.handed import turned
from autograder.classroom.marks import STATES, Grade
from autograder.classroom.spreadsheet import harmless, number_in
from autograder.course.config import Assignment
from autograder.course.words import counted, few

_DECIMAL_COMMA = re.compile(r"\d+,\d+")
_MOST_TOLD = 20


def filled(
    path: Path,
    assignment: Assignment,
    grades: Sequence[Grade],
    *,
    column: str = "",
    checks_alone: bool = False,
    comments: bool = False,
) -> tuple[bytes, list[str]]:
    """The sheet at `path` with the grades in it, and sentences on what was and what was not filled in.

    `column` names the one that gets them where that is not certain. `checks_alone` puts in the points of the
    checks, without what people gave and what being late costs. `comments` tells in Moodle what failed.
    Raises ConfigError for what is no sheet of a course system.
    """
    sheet = Sheet(path)
    dialect = dialect_of(sheet, path.name)
    target = column_of(sheet, dialect, assignment, column, path.name)
    head = sheet.head
    places = {what: head.index(name) for what, name in dialect.columns.items() if name in head}
    joined = join(sheet, dialect, places, grades)
    most = max((grade.max_score if checks_alone else grade.most for grade in grades), default=0.0)
    filling = _Filling(sheet, dialect, target, places, joined, checks_alone)
    said = [f"{path.name} is a {dialect.name}."]
    said += filling.run(assignment.name, comments)
    said += filling.about_the_maximum(most)
    said += _told("Not in the sheet", _without_a_line(grades, joined))
    return sheet.bytes(), said


@dataclass
class _Filling:
    """One sheet on its way. `kept` says why lines were left as they are, and whose."""

    sheet: Sheet
    dialect: Dialect
    target: int
    places: Mapping[str, int]
    joined: Joined
    checks_alone: bool
    kept: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    replaced: int = 0

    @cached_property
    def has_commas(self) -> bool:
        """Whether its numbers have a comma where others have a point."""
        cells = (cell.strip('"') for row in self.sheet.rows for cell in row.cells)
        return self.sheet.delimiter == ";" and any(map(_DECIMAL_COMMA.fullmatch, cells))

    def run(self, called: str, comments: bool) -> Iterator[str]:
        """Fill in all that is certain; sentences on it."""
        head = self.sheet.head
        is_new = self.target == len(head)
        if is_new:
            self._put(self.sheet.rows[0], called)
        may_change = head.index(self.dialect.may_change) if self.dialect.may_change in head else None
        about = head.index(self.dialect.comments) if comments and self.dialect.comments in head else None
        for number, row in enumerate(self.sheet.rows[1:], 1):
            why = self._why_not(number, row, may_change)
            if why is None:
                self._fill(row, self.joined.grades[number], about)
                continue
            if why:
                self.kept.setdefault(why, []).append(self._called(row))
            if is_new and any(row.cells):
                self._put(row, "")
        column = "a new column" if is_new else f"the column {head[self.target]!r}"
        again = f", {self.replaced} of which had another" if self.replaced else ""
        yield f"{counted(self.count, 'line')} got their points in {column}{again}."
        for why, whose in self.kept.items():
            yield from _told(why, whose)

    def _why_not(self, number: int, row: Row, may_change: int | None) -> str | None:
        """Why a line stays as it is, "" for one that is about nobody; None when it can be filled in."""
        if not is_of_a_student(row, self.places):
            return ""
        if number in self.joined.unclear:
            return f"Left as it is, since {self.joined.unclear[number]}"
        grade = self.joined.grades.get(number)
        if grade is None:
            return "In the sheet, without a submission"
        if row[self.target].upper() == EXCUSED:
            return "Excused (EX), left as it is"
        if may_change is not None and row[may_change].casefold() == "no":
            return "Left as it is, since the grade cannot be changed"
        if grade.state != "graded":
            return f"Left as it is ({STATES[grade.state]})"
        if grade.pending:
            return "Left as it is, since points are pending"
        if self.points(grade) is None:
            return "Left as it is, since people have not graded all of it"
        return None

    def points(self, grade: Grade) -> float | None:
        """What a line gets; None while there is nothing to give."""
        if self.checks_alone:
            return grade.score if grade.result else None
        return grade.total

    def _fill(self, row: Row, grade: Grade, about: int | None) -> None:
        text = f"{self.points(grade):g}"
        text = text.replace(".", ",") if self.has_commas else text
        before = row[self.target]
        if before != text:
            self._put(row, text)
        self.count += 1
        self.replaced += bool(before) and number_in(before) != number_in(text)
        if about is not None:
            row.put(about, harmless(_comment(grade)), self.sheet.delimiter)

    def _put(self, row: Row, text: str) -> None:
        row.put(self.target, text, self.sheet.delimiter)

    def _called(self, row: Row) -> str:
        """How a sentence names a line: by name, or by what else it says."""
        texts = [row[self.places[what]] for what in ("name", "email", "sid", "own") if what in self.places]
        return turned(next((text for text in texts if text), "a line without a name"))

    def about_the_maximum(self, most: float) -> Iterator[str]:
        """A sentence where the sheet's maximum is another than that of the grades."""
        head, rows, maximum = self.sheet.head, self.sheet.rows[1:], self.dialect.maximum
        if maximum in head:
            maxima = {row[head.index(maximum)] for row in rows}
        else:
            name = self.places.get("name", 0)
            maxima = {row[self.target] for row in rows if row[name].casefold() == POINTS_POSSIBLE}
        numbers = {text: number for text in maxima if (number := number_in(text)) is not None}
        others = sorted(text for text, number in numbers.items() if abs(number - most) > 1e-6)
        if others:
            theirs = f"the sheet's out of {' and '.join(others)}"
            yield f"The points are out of {most:g}, {theirs}: change that in the course system."


def _comment(grade: Grade) -> str:
    """What failed, in plain text; what went wrong in the grader is for its staff alone."""
    lost = [mark for mark in grade.marks if mark.check.outcome in ("fail", "blocked") and not mark.is_notice]
    lines = [": ".join(filter(None, (mark.check.title, mark.check.message))) for mark in lost]
    late = [grade.late.said] if grade.late else []
    decided = [mark.reason for mark in grade.decided]
    return " / ".join([*late, *decided, *lines]) or "All checks passed."


def _without_a_line(grades: Iterable[Grade], joined: Joined) -> list[str]:
    """The names of those who handed something in and are in no line."""
    placed = {id(grade) for grade in (*joined.grades.values(), *joined.doubtful)}
    return [
        grade.handed.names
        for grade in grades
        if grade.counts and grade.state != "absent" and id(grade) not in placed
    ]


def _told(what: str, whose: Sequence[str]) -> Iterator[str]:
    if whose:
        yield f"{what}: {few(whose, _MOST_TOLD)}."
