"""Submissions as teachers collect them: a folder per student, or files that begin with the student.

    0712345_Lab7_InClass.py    abc123_3B.zip    ann_cells.py    Lab7_Ann Chen.py    0712345.ipynb

Which part of a name is the student's shows when the names lie side by side: what stands before a file asked
for, before the end that most of them share or behind their head, else the whole.
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
_NUMBER = re.compile(r"\d{5}")
_STUDENT = re.compile(r"(?P<student>[A-Za-z]{0,8}\d{2,}[A-Za-z]?|[^@\s]+@[^@\s_]+)[_\s-].+", re.DOTALL)


def holds_folders(tree: Tree) -> bool:
    """Whether there are folders, which then are students'."""
    return bool(tree.folders)


def holds_files(tree: Tree) -> bool:
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
    pattern = _pattern(each.name for each in loose if each.name.lower().endswith(CODE))
    files = [_taken_apart(entry, asked, pattern) for entry in loose]
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


@dataclass(frozen=True)
class _Pattern:
    """What the names of most files have in common, in lower case: their end, or else their head.

    `begun` are beginnings of too many names to be a student.
    """

    end: str
    head: str
    begun: frozenset[str]


def _pattern(names: Iterable[str]) -> _Pattern:
    """What at least half of the names, and two of them, end in, or more than half, and three, begin with.

    "lab7_inclass" is the end of "0712345_Lab7_InClass.py", and "lab7" the head of "Lab7_Ann.py". A student's
    number is nobody else's head.
    """
    stems = [_without_copy(_stem_and_suffix(name)[0])[0].casefold() for name in names]
    ends, heads = Counter[str](), Counter[str]()
    for stem in stems:
        for at, letter in enumerate(stem):
            if letter in _SEPARATORS and 0 < at < len(stem) - 1:
                ends[stem[at + 1 :]] += 1
                heads[stem[:at]] += 1
    half = len(stems) / 2
    often = [end for end, count in ends.items() if count > 1 and count >= half]
    begun = [
        head for head, count in heads.items() if count > 1 and count >= half and not _NUMBER.search(head)
    ]
    common = [head for head in begun if heads[head] > max(2, half)]
    return _Pattern(
        end=max(often, key=lambda end: (ends[end], len(end)), default=""),
        head=max(common, key=lambda head: (heads[head], len(head)), default=""),
        begun=frozenset(begun),
    )


def _taken_apart(entry: Entry, asked: Iterable[str], pattern: _Pattern) -> _File:
    stem, suffix = _stem_and_suffix(entry.name)
    stem, copy = _without_copy(stem)
    name = stem + suffix
    for file in asked:
        if student := _before(name, file.casefold()):
            return _File(entry, student, file, copy, True)
    if student := _before(stem, pattern.end):
        return _File(entry, student, name, copy, True)
    if pattern.head and stem.casefold().startswith(pattern.head) and stem[len(pattern.head)] in _SEPARATORS:
        return _File(entry, stem[len(pattern.head) + 1 :], name, copy, True)
    found = _STUDENT.fullmatch(stem)
    is_own = found is not None and found["student"].casefold() not in pattern.begun
    return _File(entry, found["student"] if found and is_own else stem, name, copy)


def _before(name: str, end: str) -> str:
    """What stands before an end and a separator; "" where a name does not end so."""
    head = name[: -len(end) - 1]
    return head if end and head and name.casefold().endswith(end) and name[len(head)] in _SEPARATORS else ""


def _without_copy(stem: str) -> tuple[str, int]:
    """A name without the number that a browser gives to a second file of that name, and that number."""
    found = _COPY.fullmatch(stem)
    return (found["stem"], int(found["number"])) if found else (stem, 0)


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
