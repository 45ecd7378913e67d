"""DIR/grades.csv: a line per submission, and why one has no points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder import records
from autograder.classroom.marks import Grade
from autograder.classroom.spreadsheet import table
from autograder.course.config import Assignment

FILE = "grades.csv"
_WHO = ("id", "names", "sid", "email", "attempt", "counts", "state")
_POINTS = ("score", "pending", "max", "people", "late", "total", "out_of")


def write_grades(folder: Path, assignment: Assignment, grades: Sequence[Grade]) -> bool:
    """Write DIR/grades.csv if it is to change; whether it was. Raises Unwritten."""
    units = list(assignment.units)
    head = (*_WHO, *_POINTS, *units, "problem")
    text = table([head, *(_line(grade, units) for grade in grades)])
    return records.write_changed(folder / FILE, text)


def _line(grade: Grade, units: Sequence[str]) -> list[str]:
    handed, graded = grade.handed, grade.state == "graded"
    people = grade.people.points if grade.people else None
    counted = [grade.score, grade.pending, grade.max_score, people, grade.deduction, grade.total, grade.most]
    if not graded:
        counted = [None, grade.pending, grade.max_score, people, None, None, grade.most]
    return [
        handed.id,
        handed.names,
        "; ".join(who.sid for who in handed.people if who.sid),
        "; ".join(who.email for who in handed.people if who.email),
        str(handed.attempt),
        "yes" if grade.counts else "no",
        grade.state,
        *("" if number is None else f"{number:g}" for number in counted),
        *(f"{grade.by_unit.get(unit, 0.0):g}" if graded else "" for unit in units),
        grade.problem,
    ]
