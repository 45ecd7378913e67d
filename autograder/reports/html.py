"""A result as one page that needs nothing else: no scripts, no fonts, everything of a student's escaped.

What is to be mended comes first, and what the same sentence says of several checks stands there once.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder.course.config import Assignment
from autograder.reports.lines import MARKS
from autograder.results import CheckResult, Mark, Result, pending_sentence
from autograder.submission import Excerpt, Submission

# The parts of the page, in their order, by the kind of a verdict.
_SECTIONS = {"failed": "fail", "faulty": "fault", "waiting": "waiting", "blocked": "blocked"}


@dataclass(frozen=True)
class Given:
    """What people gave for one row of the rubric, and their words; no points while there are none.

    With `most` 0 it is a word on the whole.
    """

    title: str
    points: float | None
    most: float
    comment: str = ""


@dataclass(frozen=True)
class Contents:
    """What a page tells of a submission. What is unknown is empty: `grade` knows no names and no lateness.

    `score` is what is shown at the top, out of `most`; None shows no points. `is_whole`: it is the grade,
    with what people gave, not the part of the checks alone. `sentences` come below it, `alerts` are loud.
    `excerpts` are lines around places, by place. `pictures`, `report` and `notebook` are safe HTML.
    """

    marks: Sequence[Mark]
    score: float | None
    most: float
    pending: float = 0.0
    is_whole: bool = False
    who: str = ""
    path: str = ""
    sentences: Sequence[str] = ()
    alerts: Sequence[str] = ()
    notices: Sequence[str] = ()
    made: str = ""
    given: Sequence[Given] = ()
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    pictures: Sequence[Markup] = ()
    report: Markup | None = None
    notebook: Markup | None = None


@dataclass(frozen=True)
class _Group:
    """Marks of which the same is said, or those of the unit `title`."""

    marks: list[Mark]
    title: str = ""

    @property
    def said(self) -> CheckResult:
        return self.marks[0].check

    @property
    def points(self) -> float:
        return sum(mark.points for mark in self.marks)

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks)


def page(
    result: Result, assignment: Assignment, submission: Submission | None = None, pictures: Sequence[str] = ()
) -> str:
    """The page of one submission that was graded alone, as HTML text; with the code, where it is given.

    `pictures` are safe HTML.
    """
    marks = [Mark(check, check.max_points, check.visibility) for check in result.checks]
    look = f"A person has to decide: look at the checks marked {MARKS['fault']}."
    alerts = [f"{pending_sentence(result)} {look}"] if result.faults else []
    contents = Contents(
        marks,
        result.score,
        result.max_score,
        result.pending,
        path=result.path,
        alerts=alerts,
        notices=result.notices,
        made=how_made(result),
        excerpts=submission.excerpts(check.place for check in result.checks) if submission else {},
        pictures=[Markup(each) for each in pictures],
    )
    return show(contents, assignment)


def how_made(result: Result) -> str:
    """What repeats a grading, in a sentence."""
    return (
        f"Graded in {result.seconds:.1f} seconds with seed {result.seed}, grader {result.grader_version}, "
        f"checks {result.checks_version}; the code's digest is {result.digest[:16]}."
    )


def show(contents: Contents, assignment: Assignment, stamp: str = "") -> str:
    """The page of a submission, as HTML text. `stamp` stands in it, to tell later what it was made from."""
    counted = [mark for mark in contents.marks if not mark.is_notice]
    sections = {
        name: _groups(mark for mark in counted if _kind(mark.check) == kind)
        for name, kind in _SECTIONS.items()
    }
    return (
        environment()
        .get_template("page.html")
        .render(
            contents=contents,
            assignment=assignment,
            stamp=stamp,
            units=_units(assignment, counted),
            passed=_units(assignment, [mark for mark in counted if mark.check.outcome == "pass"]),
            set_aside=[mark for mark in contents.marks if mark.is_notice and mark.reason],
            remarks=[mark.check for mark in contents.marks if mark.check.is_remark and not mark.reason],
            **sections,
        )
    )


@functools.cache
def environment(*loaders: jinja2.BaseLoader) -> jinja2.Environment:
    """Where templates are found, those of `loaders` first; all that they show is escaped."""
    found = jinja2.ChoiceLoader([*loaders, jinja2.PackageLoader("autograder.reports", "")])
    made = jinja2.Environment(
        loader=found, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"mark": _mark, "kind": _kind, "points": points}
    return made


@functools.cache
def version() -> str:
    """What changes with the form of the page."""
    parts = (Path(__file__).with_name(name) for name in ("base.html", "page.html", "worked.html", "html.py"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def points(number: float) -> str:
    """A number of points as people write it, without what floating point adds."""
    return f"{round(number, 6):g}"


def _units(assignment: Assignment, marks: Sequence[Mark]) -> list[_Group]:
    """The marks of each unit that has some."""
    of = {key: [mark for mark in marks if mark.check.unit == key] for key in assignment.units}
    return [_Group(found, assignment.units[key].title) for key, found in of.items() if found]


def _groups(marks: Iterable[Mark]) -> list[_Group]:
    """The marks, together where the same is said; of what is not started the place is another each time."""
    groups: dict[tuple[str, ...], _Group] = {}
    for mark in marks:
        check = mark.check
        said = (check.message, check.hint, check.place if check.started else "")
        groups.setdefault(said, _Group([])).marks.append(mark)
    return list(groups.values())


def _kind(check: CheckResult) -> str:
    return check.outcome if check.started else "waiting"


def _mark(check: CheckResult) -> str:
    return MARKS[check.outcome if check.started else "not started"]
