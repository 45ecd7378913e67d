"""What a page shows of a submission's own files: DIR/shown/<id>.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from autograder.classroom.handed import Handed
from autograder.classroom.work import FOLDER, Extract, kept, notebook_as_html, report_as_html
from autograder.course.config import Assignment
from autograder.submission import Excerpt, Submission, Unreadable, bounded, read
from autograder.submission.files import gather, shown


@dataclass(frozen=True)
class Shown(Extract):
    """The lines around the places of failures, the report and the notebook, as safe HTML."""

    excerpts: dict[str, Excerpt] = field(default_factory=dict)
    report: str = ""
    notebook: str = ""


def shown_of(folder: Path, handed: Handed, assignment: Assignment, places: Sequence[str]) -> Shown:
    """What is kept of a submission, or what its files hold. Raises Unwritten."""
    wanted = sorted({place for place in places if place})
    path = folder / FOLDER / f"{handed.id}.json"
    made_from = [handed.digest, assignment.name, wanted]
    return kept(path, made_from, Shown, lambda: _read(folder / handed.path, assignment, wanted))


def _read(path: Path, assignment: Assignment, places: Sequence[str]) -> Shown:
    """What a submission's files hold, in a process with bounds; nothing of it runs."""
    try:
        submission = read(path, assignment)
        return bounded.call(lambda: _of(path, submission, places), path.name)
    except Unreadable as error:
        return Shown(problem=str(error))


def _of(path: Path, submission: Submission, places: Sequence[str]) -> Shown:
    report = report_as_html(submission.report) if submission.report else Markup()
    return Shown(submission.excerpts(places), str(report), str(_notebook(path, submission) or ""))


def _notebook(path: Path, submission: Submission) -> Markup | None:
    """The notebook that was graded, if there is one."""
    if submission.outputs is None:
        return None
    files = gather(path).contents
    named = (
        data for name, data in files.items() if shown(name.rpartition("/")[2]) == submission.outputs.filename
    )
    data = next(named, None)
    return notebook_as_html(data) if data is not None else None
