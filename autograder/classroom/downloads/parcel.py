"""What a download holds of one person or group, before anything is copied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from autograder.classroom.downloads.tree import Entry, Tree
from autograder.classroom.handed import Person, turned
from autograder.course.words import few
from autograder.sandbox.wire.text import sentence

_SID = r"[A-Za-z]?\d{5,}[A-Za-z]?"
_SID_FIRST = re.compile(rf"({_SID})[_\s-]+(.*[^\W\d].*)")
_SID_LAST = re.compile(rf"(.*[^\W\d].*)[_\s-]+({_SID})")
_MOST_CHARACTERS = 200  # of a name


@dataclass
class Parcel:
    """One submission as a reader found it.

    `key` names it in the download, `owner` those who handed it in: submissions of one owner are attempts of
    one another, counted in `attempt`. `files` are its entries under their names inside the submission.
    """

    key: str
    people: tuple[Person, ...] = ()
    files: list[tuple[str, Entry]] = field(default_factory=list)
    owner: str = ""
    attempt: int = 1
    at: datetime | None = None
    late: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    group: str = ""  # a team's name
    problem: str = ""

    def __post_init__(self) -> None:
        self.owner = self.owner or self.key


@dataclass
class Found:
    """What a reader found: submissions, and sentences about what it could not make use of."""

    parcels: list[Parcel]
    said: list[str] = field(default_factory=list)


def in_attempts(files: Iterable[tuple[str, Entry]]) -> list[list[tuple[str, Entry]]]:
    """Files of one student, the oldest first, as submissions: a name that is there already begins another."""
    attempts: list[dict[str, Entry]] = [{}]
    for name, entry in files:
        if name in attempts[-1]:
            attempts.append({})
        attempts[-1][name] = entry
    return [list(each.items()) for each in attempts]


def named(text: str) -> str:
    """A name of a person in one line of bounded length."""
    return sentence(text, _MOST_CHARACTERS).strip()


def person_called(text: str) -> Person:
    """Who is meant by the name of a folder or file: "0712345_Ann Chen", "Chen, Ann", "abc123"."""
    text = named(text)
    if re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        return Person(email=text)
    if re.fullmatch(_SID, text):
        return Person(sid=text)
    if both := _SID_FIRST.fullmatch(text):
        return Person(sid=both[1], name=turned(both[2]))
    if both := _SID_LAST.fullmatch(text):
        return Person(sid=both[2], name=turned(both[1]))
    if re.search(r"[\s,]", text) or not text.isascii():
        return Person(name=turned(text))
    return Person(login=text)


def not_taken(tree: Tree, taken: set[str], folders: Iterable[str] = ()) -> list[str]:
    """A sentence about the loose files, and these folders, that are nobody's."""
    left = [named(each.name) for each in tree.loose if each.name not in taken]
    left += [f"{named(each)}/" for each in sorted(folders)]
    return [f"Not taken for submissions: {few(left)}."] if left else []
