"""What a submission holds for people to read: all its reports and notebooks as HTML that can do nothing.

Unlike a page of feedback it needs no code that can be graded: a report alone is enough. Files are not called
by their names, which often are their authors'.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from autograder import records
from autograder.classroom.handed import Handed
from autograder.classroom.pages.shown import FOLDER
from autograder.classroom.pages.work import notebook_as_html, report_as_html
from autograder.course.config import Assignment
from autograder.submission import Unreadable, bounded
from autograder.submission.files import gather

_FORMAT = "1"  # another one makes all anew
_DOCUMENTS = (".pdf", ".docx", ".odt", ".txt", ".html")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)  # no reader of Markdown shows it


@dataclass(frozen=True)
class HandedIn:
    """Safe HTML of each report and notebook; `documents` are paths inside the submission that people open."""

    reports: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    problem: str = ""


def handed_in(folder: Path, handed: Handed, assignment: Assignment) -> HandedIn:
    """What people read of a submission of the class in DIR, read once and kept. Raises Unwritten."""
    told = [_FORMAT, handed.digest, handed.path, assignment.report, assignment.notebook]
    key = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    path = folder / FOLDER / f"{key[:24]}.people.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        reports, notebooks, documents = (
            tuple(record[name]) for name in ("reports", "notebooks", "documents")
        )
        return HandedIn(reports, notebooks, documents)
    except (OSError, ValueError, KeyError, TypeError):
        found = read(folder / handed.path, assignment)
    if handed.digest and not found.problem:
        records.write(path, json.dumps(asdict(found), ensure_ascii=False))
    return found


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
    reports = [name for name in names if name.lower().endswith(".md") and not _is_readme(name)]
    notebooks = [name for name in names if name.lower().endswith(".ipynb")]
    return HandedIn(
        tuple(_report(files.contents[name]) for name in reports),
        tuple(
            str(notebook_as_html(files.contents[name]) or "This notebook is damaged.") for name in notebooks
        ),
        tuple(name for name in files.others if name.lower().endswith(_DOCUMENTS)),
    )


def _report(data: bytes) -> str:
    return str(report_as_html(_COMMENT.sub("", data.decode("utf-8-sig", "replace"))))


def _is_readme(name: str) -> bool:
    return PurePosixPath(name).name.lower() == "readme.md"
