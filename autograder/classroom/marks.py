"""Verdicts become points when they are read: no code runs, and 1,000 submissions take less than a second.

What counts is today's configuration, whatever it was when the verdicts were made: points, visibility, which
checks there are. A check that is gone counts for nothing. One that a record lacks was added since: its points
are pending until the class is graded again. What people decided (`overrides`) comes last.

Of several attempts of the same people, the one with the most points counts, of equals the latest.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from autograder.classroom import rubric, store
from autograder.classroom.handed import NOTHING, Handed, read_manifest
from autograder.classroom.lateness import Late, late_of
from autograder.classroom.overrides import DROP, FULL, Decision, Decisions
from autograder.classroom.rubric import PeoplePart
from autograder.classroom.store import Graded
from autograder.course.config import Assignment, Check, ConfigError
from autograder.results import CheckResult, Mark, Result

# "waiting" has no record yet, "failed" is the grader's own failure, "absent" handed in nothing.
State = Literal["graded", "waiting", "failed", "unreadable", "absent"]
STATES: Mapping[State, str] = {  # in words
    "graded": "graded",
    "waiting": "not graded yet",
    "failed": "the grader failed",
    "unreadable": "cannot be read",
    "absent": "nothing handed in",
}

ADDED = "This check was added after the grading: its points are open until the class is graded again."


@dataclass(frozen=True)
class Grade:
    """What one submission earns today. `problem` says why there are no verdicts, where there are none.

    `lacking` are the checks that were added since it was graded. `counts` is False for an attempt of people
    who have a better one. `max_score` is what everybody can reach.
    """

    handed: Handed
    assignment: Assignment
    state: State
    max_score: float
    marks: tuple[Mark, ...] = ()
    lacking: tuple[str, ...] = ()
    result: Result | None = None
    problem: str = ""
    late: Late | None = None
    people: PeoplePart | None = None
    counts: bool = True

    @cached_property
    def score(self) -> float:
        """The points of the checks, before those that being late costs."""
        return round(sum(mark.points for mark in self.marks), 6)

    @cached_property
    def pending(self) -> float:
        """Points that are neither given nor lost: the grader failed, or has still to grade."""
        if self.state in ("waiting", "failed"):
            return self.max_score
        return round(sum(mark.pending for mark in self.marks), 6)

    @property
    def whole(self) -> float | None:
        """Machine's and people's points as one grade, before those that being late costs; None: not yet."""
        if self.state != "graded":
            return None
        if self.people is None:
            return self.score
        return None if self.people.points is None else self._with(self.people.points)[0]

    @property
    def most(self) -> float:
        """The most that `total` can be."""
        return self._with(0.0)[1]

    @property
    def deduction(self) -> float:
        """The points of `total` that being late costs; nobody falls below 0."""
        cost = self.late.cost(self.most) if self.late else 0.0
        return cost if self.whole is None else min(cost, self.whole)

    @property
    def total(self) -> float | None:
        """The grade: both parts less what being late costs. None while a part of it has no points."""
        return None if self.whole is None else round(self.whole - self.deduction, 6)

    def _with(self, people: float) -> tuple[float, float]:
        return self.assignment.total(self.score, self.max_score, people)

    @cached_property
    def by_unit(self) -> dict[str, float]:
        """The points of each unit."""
        points: dict[str, float] = {}
        for mark in self.marks:
            points[mark.check.unit] = points.get(mark.check.unit, 0.0) + mark.points
        return {unit: round(each, 6) for unit, each in points.items()}

    @property
    def decided(self) -> Iterator[Mark]:
        """The marks that a person has a word about."""
        return (mark for mark in self.marks if mark.reason)


def read(folder: Path, assignment: Assignment) -> list[Grade]:
    """The grade of every submission of DIR, in the order of its manifest. Raises ConfigError."""
    handed = read_manifest(folder)
    decisions = Decisions.read(folder, assignment, handed)
    people = rubric.marks_of(folder, assignment)
    entries = {name: entry for name, entry in assignment.checks.items() if entry.enabled}
    with _uncollected():
        grades = [
            _grade(folder, each, assignment, entries, decisions.on(each), people.get(each.id))
            for each in handed
        ]
        return _counting(grades)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Within it, no rings are looked for: records have none, and the search takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _grade(
    folder: Path,
    handed: Handed,
    assignment: Assignment,
    entries: Mapping[str, Check],
    decided: Mapping[str, Decision],
    people: PeoplePart | None,
) -> Grade:
    """The grade of one submission."""
    dropped = {name for name, each in decided.items() if each.points == DROP}
    most = round(sum(entry.points for name, entry in entries.items() if name not in dropped), 6)
    graded = store.load(folder, handed)
    state, problem = _state(handed, graded)
    late = late_of(handed, assignment)
    if graded is None or graded.result is None or state != "graded":
        return Grade(handed, assignment, state, most, problem=problem, late=late, people=people)
    if graded.result.assignment != assignment.name:
        raise ConfigError(
            f"{folder} holds submissions of {graded.result.assignment}, not of {assignment.name}."
        )
    verdicts = {check.id: check for check in graded.result.checks}
    lacking = tuple(name for name in entries if name not in verdicts)
    marks = tuple(
        _mark(verdicts.get(name) or _added(name, entry), entry, decided.get(name))
        for name, entry in entries.items()
    )
    return Grade(handed, assignment, state, most, marks, lacking, graded.result, late=late, people=people)


def _state(handed: Handed, graded: Graded | None) -> tuple[State, str]:
    """What became of a submission, and why there are no verdicts where there are none."""
    if handed.is_absent:
        return "absent", handed.problem or NOTHING
    if handed.problem:
        return "unreadable", handed.problem
    if graded is None:
        return "waiting", "This is not graded yet."
    if graded.result is None:
        return ("failed" if graded.is_fault else "unreadable"), graded.problem
    return "graded", ""


def _mark(check: CheckResult, entry: Check, decision: Decision | None) -> Mark:
    if decision is None:
        return Mark(check, entry.points, entry.visibility)
    if decision.points == DROP:
        return Mark(check, 0.0, entry.visibility, reason=decision.sentence)
    given = entry.points if decision.points == FULL else float(decision.points)
    return Mark(check, entry.points, entry.visibility, given, decision.sentence)


def _added(name: str, entry: Check) -> CheckResult:
    """The verdict on a check that was added since: none."""
    unit, _, own = name.partition("::")
    title = own.replace("_", " ").capitalize()
    return CheckResult(name, title, unit, "fault", entry.points, entry.visibility, ADDED)


def _counting(grades: Sequence[Grade]) -> list[Grade]:
    """The grades, those that do not count marked: each of their people has a better one."""
    best: dict[str, Grade] = {}
    for grade in grades:
        for who in grade.handed.owners:
            if who not in best or _rank(grade) >= _rank(best[who]):
                best[who] = grade
    counting = {id(grade) for grade in best.values()}
    return [grade if id(grade) in counting else replace(grade, counts=False) for grade in grades]


def better(grades: Iterable[Grade]) -> Grade:
    """The grade that counts among those of the same person."""
    return max(grades, key=_rank)


def _rank(grade: Grade) -> tuple[bool, float, int]:
    """What makes an attempt better: that it could be graded, what it earns or may earn, that it is later.

    People's points are left out: which attempt counts does not change while they grade reports.
    """
    late = grade.late.cost(grade.max_score) if grade.late else 0.0
    return grade.state == "graded", max(grade.score - late, 0.0) + grade.pending, grade.handed.attempt
