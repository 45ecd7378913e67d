"""What a submission holds for people to read: all its reports and notebooks as HTML that can do nothing.

Unlike a page of feedback it needs no code that can be graded: a report alone is enough. Files are not called
by their names, which often are their authors'.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.classroom.handed import Handed
from autograder.classroom.work import FOLDER, Extract, kept, notebook_as_html, report_as_html
from autograder.course.config import Assignment
from autograder.submission import Unreadable, bounded
from autograder.submission.files import gather

_DOCUMENTS = (".pdf", ".docx", ".odt", ".txt", ".html")


@dataclass(frozen=True)
class HandedIn(Extract):
    """Safe HTML of each report and notebook; `documents` are paths inside the submission that people open."""

    reports: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def handed_in(folder: Path, handed: Handed, assignment: Assignment) -> HandedIn:
    """What people read of a submission of the class in DIR, read once and kept. Raises Unwritten."""
    made_from = [handed.digest, handed.path, assignment.report, assignment.notebook]
    path = folder / FOLDER / f"{handed.id}.people.json"
    return kept(path, made_from, HandedIn, lambda: read(folder / handed.path, assignment))


def read(path: Path, assignment: Assignment) -> HandedIn:
    """What people read of the submission at `path`; where it cannot be read, the sentence that says why."""
    try:
        return bounded.call(lambda: _read(path, assignment), "the submission")
    except Unreadable as error:
        return HandedIn(problem=str(error))


def _read(path: Path, assignment: Assignment) -> HandedIn:
    files = gather(path)
    wanted = (assignment.report, assignment.notebook)
    names = sorted(files.contents, key=lambda name: (PurePosixPath(name).name not in wanted, name))
    texts = [name for name in names if name.lower().endswith(".md")]
    reports = [name for name in texts if PurePosixPath(name).name.lower() != "readme.md"]
    notebooks = [name for name in names if name.lower().endswith(".ipynb")]
    return HandedIn(
        tuple(str(report_as_html(files.contents[name].decode("utf-8-sig", "replace"))) for name in reports),
        tuple(
            str(notebook_as_html(files.contents[name]) or "This notebook is damaged.") for name in notebooks
        ),
        tuple(name for name in files.others if name.lower().endswith(_DOCUMENTS)),
    )
