"""One page per submission: DIR/feedback/<id>.html, for the students who handed it in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

import autograder
from autograder import records
from autograder.classroom import store, work
from autograder.classroom.marks import Grade
from autograder.classroom.pages.shown import Shown, shown_of
from autograder.classroom.rubric import PeoplePart
from autograder.course.words import counted
from autograder.reports import html
from autograder.reports.gradescope import FAULT_FOR_STUDENTS
from autograder.reports.html import Contents, Given, points
from autograder.results import Mark
from autograder.sandbox.wire.text import sentence

FOLDER = "feedback"
MAX_NAMES = 300  # characters of the names of a group
_FORM = "2"  # another one makes all pages anew
_STAMP = re.compile(r'<meta name="made-from" content="(\w+)">')


def write(folder: Path, grade: Grade) -> bool:
    """Write the page of a submission if it is to change; whether it was. Raises Unwritten."""
    path = folder / FOLDER / f"{grade.handed.id}.html"
    stamp = _stamp(folder, grade)
    if _stamp_of(path) == stamp:
        return False
    records.write(path, page(folder, grade, stamp))
    return True


def forget(folder: Path, grades: Iterable[Grade]) -> None:
    """Take away the pages, and what is kept for them, of submissions that are no longer in the class."""
    there = {grade.handed.id for grade in grades}
    for path in (folder / FOLDER).glob("*.html"):
        if path.stem not in there and _stamp_of(path):
            path.unlink(missing_ok=True)
            for end in ("json", "people.json"):
                (folder / work.FOLDER / f"{path.stem}.{end}").unlink(missing_ok=True)


def page(folder: Path, grade: Grade, stamp: str = "") -> str:
    """The page of one submission, as HTML text."""
    places = [
        mark.check.place for mark in grade.marks if mark.check.outcome != "pass" or mark.check.is_remark
    ]
    readable = grade.handed.path and grade.state == "graded"
    files = shown_of(folder, grade.handed, grade.assignment, places) if readable else Shown()
    people, result = grade.people, grade.result
    contents = Contents(
        [_discreet(mark, grade) for mark in grade.marks],
        None if grade.state != "graded" else grade.total if grade.total is not None else grade.score,
        grade.max_score if grade.total is None else grade.most,
        grade.pending,
        is_whole=grade.total is not None,
        who=sentence(grade.handed.names, MAX_NAMES),
        path=grade.handed.path,
        sentences=[*_sentences(grade)],
        alerts=[*_alerts(grade, files)],
        given=[*_given(people)] if people else [],
        excerpts=files.excerpts,
        report=Markup(files.report),
        notebook=Markup(files.notebook),
        notices=result.notices if result else (),
        made=html.how_made(result) if result else "",
    )
    return html.show(contents, grade.assignment, stamp)


def _given(people: PeoplePart) -> Iterator[Given]:
    """What people gave for each row, what that means, and what they say on the whole."""
    for row in people.marks:
        yield Given(row.title, row.points, row.most, "\n".join(filter(None, (row.meaning, row.comment))))
    for comment in people.comments:
        yield Given("On the whole", None, 0.0, comment)


def _discreet(mark: Mark, grade: Grade) -> Mark:
    """A mark without what went wrong in the grader, which is for its staff."""
    if mark.check.outcome != "fault" or mark.check.id in grade.lacking:
        return mark
    return replace(mark, check=replace(mark.check, message=FAULT_FOR_STUDENTS, hint="", place=""))


def _sentences(grade: Grade) -> Iterator[str]:
    """What the points at the top are made of."""
    if grade.total is not None and (grade.deduction or grade.people):
        parts = [f"{points(grade.score)} of {points(grade.max_score)} points from the checks"]
        if grade.people and grade.people.points is not None:
            parts.append(f"{points(grade.people.points)} of {points(grade.people.most)} from people")
        if grade.deduction:
            parts.append(f"{points(grade.deduction)} taken off for being late")
        yield f"{', '.join(parts)}."
    if grade.late:
        yield grade.late.said
    if grade.people and grade.total is None and grade.state == "graded":
        yield "These are the points of the checks alone: people have not graded everything yet."
    if not grade.counts:
        yield "Another attempt has more points, and counts in place of this one."


def _alerts(grade: Grade, files: Shown) -> Iterator[str]:
    """What must not be overlooked."""
    if grade.problem:
        yield grade.problem
    faults = [mark for mark in grade.marks if mark.pending and mark.check.id not in grade.lacking]
    if faults:
        count = counted(len(faults), "check")
        open_points = points(sum(mark.pending for mark in faults))
        yield f"The grader itself failed in {count}: {open_points} points are open until a person decides."
    if files.problem:
        yield f"The code cannot be shown here: {files.problem}"


def _stamp(folder: Path, grade: Grade) -> str:
    """What stands for all that a page is made from; the manifest's digest stands for the files."""
    record = store.path_of(folder, grade.handed)
    parts = [
        autograder.__version__,
        html.version(),
        _FORM,
        grade.assignment.model_dump_json(),
        grade.handed.model_dump_json(),
        repr([(mark.check.id, mark.given, mark.max_points, mark.reason) for mark in grade.decided]),
        repr((grade.lacking, grade.late, grade.people, grade.counts, grade.state)),
    ]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace"))
    digest.update(record.read_bytes() if record.is_file() else b"")
    return digest.hexdigest()[:24]


def _stamp_of(path: Path) -> str:
    """The stamp in the page that is there; "" for none."""
    try:
        with path.open(encoding="utf-8") as stream:
            found = _STAMP.search(stream.read(2_000))
    except (OSError, UnicodeDecodeError):
        return ""
    return found[1] if found else ""
