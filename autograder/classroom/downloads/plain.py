"""Submissions as teachers collect them: a folder per student, or files that begin with the student.

    0712345_Lab7_InClass.py    abc123_3B.zip    ann_cells.py    0712345.ipynb

Which part of a name is the student's shows when the names lie side by side: what follows a file asked for or
the end that most of them share, else the whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.classroom.downloads.parcel import Found, Parcel, in_attempts, not_taken, person_called
from autograder.classroom.downloads.tree import Entry, Tree
from autograder.course.config import Assignment

CODE = (".py", ".ipynb", ".zip")
_DOCUMENTS = (".pdf", ".docx", ".doc", ".md", ".html", ".txt", ".rar", ".7z", ".tar", ".gz", ".tgz")
_SEPARATORS = "_- "
_COPY = re.compile(r"(?P<stem>.+?) ?\((?P<number>\d{1,3})\)", re.DOTALL)  # a browser's second download
_STUDENT = re.compile(r"(?P<student>[A-Za-z]{0,8}\d{2,}[A-Za-z]?|[^@\s]+@[^@\s_]+)[_\s-].+", re.DOTALL)


def holds_folders(tree: Tree, assignment: Assignment) -> bool:
    """Whether there are folders, which then are students'."""
    return bool(tree.folders)


def holds_files(tree: Tree, assignment: Assignment) -> bool:
    """Whether there are files that can be submissions."""
    return any(each.name.lower().endswith(CODE) for each in tree.loose)


def read_folders(tree: Tree, assignment: Assignment) -> Found:
    """A submission per folder, and per student of whom there are files beside them."""
    parcels = [
        Parcel(folder, (person_called(folder),), [(each.below, each) for each in tree.of(folder)])
        for folder in sorted(tree.folders)
    ]
    beside = read_files(tree, assignment)
    return Found([*parcels, *beside.parcels], beside.said)


def read_files(tree: Tree, assignment: Assignment) -> Found:
    """A submission per student of whom there are files side by side.

    A document alone is one only where its name is made as the others are.
    """
    asked = {*assignment.files, assignment.notebook, assignment.report}
    loose = [each for each in tree.loose if each.name.lower().endswith(CODE + _DOCUMENTS)]
    end = _shared_end(each.name for each in loose if each.name.lower().endswith(CODE))
    files = [_taken_apart(entry, asked, end) for entry in loose]
    with_code = {each.owner for each in files if each.is_marked or each.entry.name.lower().endswith(CODE)}
    of_one: dict[str, list[_File]] = {}
    for each in files:
        if each.owner in with_code:
            of_one.setdefault(each.owner, []).append(each)
    taken = {each.entry.name for some in of_one.values() for each in some}
    return Found([each for some in of_one.values() for each in _parcels(some)], not_taken(tree, taken))


@dataclass(frozen=True)
class _File:
    """A loose file: whose it is, its name without that, and which of several copies of it."""

    entry: Entry
    student: str
    name: str
    copy: int = 0
    is_marked: bool = False

    @property
    def owner(self) -> str:
        return self.student.casefold()


def _taken_apart(entry: Entry, asked: Iterable[str], end: str) -> _File:
    stem, suffix = _stem_and_suffix(entry.name)
    copied = _COPY.fullmatch(stem)
    stem, copy = (copied["stem"], int(copied["number"])) if copied else (stem, 0)
    name = stem + suffix
    for file in asked:
        head = name[: -len(file) - 1]
        if (
            head
            and name.casefold() == f"{head}{name[len(head)]}{file}".casefold()
            and name[len(head)] in _SEPARATORS
        ):
            return _File(entry, head, file, copy, True)
    head = stem[: -len(end) - 1]
    if end and head and stem.casefold().endswith(end) and stem[len(head)] in _SEPARATORS:
        return _File(entry, head, name, copy, True)
    student = _STUDENT.fullmatch(stem)
    return _File(entry, student["student"] if student else stem, name, copy)


def _shared_end(names: Iterable[str]) -> str:
    """What half of the names, and two of them, end in after a student: "lab7_inclass"; "" for nothing."""
    stems = [_stem_and_suffix(name)[0] for name in names]
    stems = [found["stem"] if (found := _COPY.fullmatch(stem)) else stem for stem in stems]
    ends = Counter(
        stem[at + 1 :].casefold()
        for stem in stems
        for at, letter in enumerate(stem)
        if letter in _SEPARATORS and 0 < at < len(stem) - 1
    )
    often = [end for end, count in ends.items() if count > 1 and 2 * count >= len(stems)]
    return max(often, key=lambda end: (ends[end], len(end)), default="")


def _stem_and_suffix(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    return name[: len(name) - len(suffix)], suffix


def _parcels(files: list[_File]) -> list[Parcel]:
    """The submissions of one student."""
    student = files[0].student
    uploads = in_attempts((each.name, each.entry) for each in sorted(files, key=lambda each: each.copy))
    return [
        Parcel(
            key=student if attempt == len(uploads) else f"{student}_{attempt}",
            people=(person_called(student),),
            files=upload,
            owner=student.casefold(),
            attempt=attempt,
        )
        for attempt, upload in enumerate(uploads, 1)
    ]
