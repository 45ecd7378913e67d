"""DIR/index.html: what a class understood, what it did not, and what needs a person."""

from __future__ import annotations

import shlex
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from autograder import records
from autograder.classroom import similar
from autograder.classroom.marks import STATES, Grade
from autograder.classroom.pages import alike
from autograder.classroom.pages.alike import Cluster
from autograder.classroom.pages.histogram import histogram
from autograder.classroom.similar import NOT_COMPARED, Likenesses
from autograder.course.config import Assignment
from autograder.reports import html
from autograder.results import CheckResult, Mark
from autograder.sandbox.wire.text import sentence

FILE = "index.html"
MAX_NAME = 120
MOST_CLUSTERS, MOST_PAIRS, MOST_SLOW = 60, 60, 10


@dataclass(frozen=True)
class About:
    """What became of one check in the class; of those blocked by another one nobody knows."""

    mark: Mark
    passed: int
    failed: int
    blocked: int
    waiting: int
    pending: int
    seconds: float

    @property
    def known(self) -> int:
        """Submissions of which it is known whether they pass."""
        return self.passed + self.failed + self.waiting

    @property
    def rate(self) -> float:
        return self.passed / self.known if self.known else 0.0


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and who made it."""

    id: str
    check: CheckResult
    grades: tuple[Grade, ...]

    @property
    def addresses(self) -> list[str]:
        return sorted({who.email for grade in self.grades for who in grade.handed.people if who.email})


def write(folder: Path, course: str, assignment: Assignment, grades: Sequence[Grade]) -> bool:
    """Write DIR/index.html if it is to change; whether it was. Raises Unwritten."""
    text = page(course, assignment, grades, similar.kept(folder))
    return records.write_changed(folder / FILE, text)


def page(
    course: str, assignment: Assignment, grades: Sequence[Grade], likenesses: Likenesses = NOT_COMPARED
) -> str:
    """The page about a class, as HTML text."""
    counting = [grade for grade in grades if grade.counts]
    graded = [grade for grade in counting if grade.state == "graded"]
    scores = [grade.score for grade in graded]
    most = max((grade.max_score for grade in counting), default=0.0)
    checks = _checks(graded)
    return (
        html.environment(_TEMPLATES)
        .get_template("index.html")
        .render(
            course=course,
            assignment=assignment,
            name=name_of,
            states=STATES,
            most=most,
            counts=_counts(counting),
            total=len(counting),
            graded=len(graded),
            middle=statistics.median(scores) if scores else 0.0,
            mean=statistics.fmean(scores) if scores else 0.0,
            picture=histogram(scores, most),
            checks=sorted(checks, key=lambda each: (each.rate, -each.known)),
            nobody_failed=[each for each in checks if each.known and each.passed == each.known],
            nobody_passed=[each for each in checks if each.known and not each.passed],
            mistakes=_mistakes(graded),
            clusters=[
                (each, command_for(assignment, each)) for each in alike.clusters(graded)[:MOST_CLUSTERS]
            ],
            pairs=alike.pairs(graded)[:MOST_PAIRS],
            texts=list(likenesses.among({grade.handed.id: grade for grade in counting})),
            usual=likenesses.usual,
            attention=list(_attention(grades)),
            slow=sorted(checks, key=lambda each: -each.seconds)[:MOST_SLOW],
            slowest=sorted(graded, key=lambda each: -_seconds(each))[:MOST_SLOW],
            largest=[each for each in sorted(graded, key=lambda each: -_memory(each)) if _memory(each)][
                :MOST_SLOW
            ],
            stopped=[(title, group) for title, words in _STOPPED if (group := _who(graded, words))],
            rows=_rows(grades),
        )
    )


_STOPPED = (("Code that took too long", alike.LATE), ("Code that took too much memory", alike.LARGE))
_TEMPLATES = jinja2.PackageLoader("autograder.classroom.pages", "")


def name_of(grade: Grade) -> str:
    """The people of a submission, fit for a line."""
    return sentence(grade.handed.names, MAX_NAME)


def _counts(grades: Iterable[Grade]) -> dict[str, int]:
    """How many submissions are in each state, those that there are."""
    found: dict[str, int] = dict.fromkeys(STATES, 0)
    for grade in grades:
        found[grade.state] += 1
    return {state: count for state, count in found.items() if count}


def _checks(graded: Sequence[Grade]) -> list[About]:
    """What became of every check that counts, in the order of the configuration."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    for grade in graded:
        for mark in grade.marks:
            if not mark.is_notice:
                marks[mark.check.id].append(mark)
    return [_about(each) for each in marks.values()]


def _about(marks: Sequence[Mark]) -> About:
    outcomes = [mark.check.outcome for mark in marks]
    waiting = sum(mark.check.outcome == "fail" and not mark.check.started for mark in marks)
    return About(
        marks[0],
        passed=outcomes.count("pass"),
        failed=outcomes.count("fail") - waiting,
        blocked=outcomes.count("blocked"),
        waiting=waiting,
        pending=outcomes.count("fault"),
        seconds=statistics.median(mark.check.seconds for mark in marks),
    )


def _mistakes(graded: Iterable[Grade]) -> list[Mistake]:
    """The known mistakes by the number of those who made them."""
    made: dict[str, dict[str, Grade]] = defaultdict(dict)
    words: dict[str, CheckResult] = {}
    for grade in graded:
        for mark in grade.marks:
            if mark.check.mistake:
                made[mark.check.mistake][grade.handed.id] = grade
                words.setdefault(mark.check.mistake, mark.check)
    found = [Mistake(name, words[name], tuple(grades.values())) for name, grades in made.items()]
    return sorted(found, key=lambda each: (-len(each.grades), each.id))


def command_for(assignment: Assignment, cluster: Cluster) -> str:
    """The command that makes a cluster a known mistake, to be completed."""
    check = cluster.checks[0]
    files = list(assignment.units[check.unit].files)
    file = next((name for name in files if check.place.startswith(name)), files[0] if files else "")
    words = ["autograder", "new", "mistake", assignment.name, check.unit, "ID"]
    words += ["--file", file] if file else []
    return shlex.join([*words, "--old", "…", "--new", "…", "--mistake", check.message or check.title])


def _attention(grades: Iterable[Grade]) -> Iterator[tuple[Grade, str]]:
    """The submissions that a person has to look at, and why."""
    for grade in grades:
        if grade.problem and grade.state != "absent":
            yield grade, grade.problem
        elif grade.pending:
            faults = [mark.check for mark in grade.marks if mark.pending]
            said = faults[0].message if faults else ""
            yield grade, f"Pending, {html.points(grade.pending)} of the points: {said}"


def _who(graded: Iterable[Grade], words: Sequence[str]) -> list[Grade]:
    """Those of whom a verdict says one of these."""
    return [
        grade
        for grade in graded
        if any(
            mark.check.outcome == "fail" and any(word in mark.check.message for word in words)
            for mark in grade.marks
        )
    ]


def _seconds(grade: Grade) -> float:
    return grade.result.seconds if grade.result else 0.0


def _memory(grade: Grade) -> float:
    return grade.result.memory_mb if grade.result else 0.0


def _rows(grades: Sequence[Grade]) -> list[Mapping[str, object]]:
    """Every submission, with its place by name and by points, which the style sheet sorts by."""
    by_points = sorted(range(len(grades)), key=lambda n: -(grades[n].score if grades[n].result else -1.0))
    by_name = sorted(range(len(grades)), key=lambda n: grades[n].handed.names.casefold())
    points_place = {n: place for place, n in enumerate(by_points)}
    return [{"grade": grades[n], "by_points": points_place[n]} for n in by_name]
