"""Canvas's submissions.zip: all files side by side, their names made of student, "late", and two numbers.

    chenann_4521_98765_cells.py           <name>_<user>_<attachment>_<file>
    chenann_LATE_4521_98765_cells-1.py    late; the second upload of a file of that name
    anon_aB3dE_98765_cells.py             graded anonymously
    chenann_4521_text.html                typed into Canvas; …_link.html: a link

In a group assignment the name is the group's, and the number that of one of its people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from autograder.classroom.downloads.parcel import Found, Parcel, in_attempts, named, not_taken
from autograder.classroom.downloads.tree import Entry, Tree
from autograder.classroom.handed import Person
from autograder.course.config import Assignment

_WHO = r"(?:(?P<name>(?!late_).*?)_)?(?:(?P<late>late)_)?(?P<user>\d+|anon_[a-z0-9]+)"
_FILE = re.compile(rf"{_WHO}_(?P<attachment>\d+)_(?P<file>.+)", re.IGNORECASE | re.DOTALL)
_ONLINE = re.compile(rf"{_WHO}_(?P<file>(?:text|link)\.html)", re.IGNORECASE | re.DOTALL)
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,3})(?P<suffix>\.\w+)?", re.DOTALL)
_TYPED = {
    "text.html": "It is text typed into Canvas, and no file was handed in.",
    "link.html": "It is a link, and no file was handed in.",
}


def is_it(tree: Tree) -> bool:
    """Whether most of the files that lie side by side, or folders made of them, have Canvas's names."""
    tops = {each.top for each in tree.entries}
    return sum(_match(top) is not None for top in tops) > len(tops) / 2


def _match(top: str) -> re.Match[str] | None:
    return _ONLINE.fullmatch(top) or _FILE.fullmatch(top)


def read(tree: Tree, assignment: Assignment) -> Found:
    """The submissions of a download, one for all attachments of a student."""
    of_user: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    taken = set()
    for entry in tree.entries:
        if found := _match(entry.top):
            taken.add(entry.name)
            of_user.setdefault(found["user"], []).append((found, entry))
    parcels = [each for user, files in of_user.items() for each in _parcels(user, files, assignment)]
    strange = (folder for folder in tree.folders if _match(folder) is None)
    return Found(parcels, not_taken(tree, taken, strange))


def _parcels(user: str, files: list[tuple[re.Match[str], Entry]], assignment: Assignment) -> list[Parcel]:
    """The submissions of one student: an attachment whose file is there already begins another one."""
    again = _uploaded_again([found["file"] for found, _ in files], assignment)
    ordered = sorted(files, key=lambda each: int(each[0].groupdict().get("attachment") or 0))
    uploads = in_attempts(
        (again.get(found["file"], found["file"]) + (f"/{entry.below}" if entry.below else ""), entry)
        for found, entry in ordered
    )
    first = files[0][0]
    anonymous = not user.isdigit()
    name = "" if anonymous else named(first["name"] or "")
    return [
        Parcel(
            key="_".join(filter(None, [name, user, str(attempt) if attempt < len(uploads) else ""])),
            people=(Person(name=name),) if name else (),
            files=upload,
            owner=user,
            attempt=attempt,
            late=bool(first["late"]),
            keys={"canvas_anonymous" if anonymous else "canvas": user},
            problem=_TYPED.get(upload[0][0].lower(), "") if len(upload) == 1 else "",
        )
        for attempt, upload in enumerate(uploads, 1)
    ]


def _uploaded_again(files: list[str], assignment: Assignment) -> dict[str, str]:
    """The files that Canvas has numbered because a file of that name was there before, and their own names.

    "part-1.py" and "part-2.py" are a student's own names: "part.py" is neither there nor asked for.
    """
    asked = {*assignment.files, assignment.notebook, assignment.report}
    numbered = {name: f"{found['stem']}{found['suffix'] or ''}" for name, found in _numbered(files)}
    count = Counter(numbered.values())
    return {
        name: own
        for name, own in numbered.items()
        if own in files or own in asked or count[own] == 1 or own.lower().endswith(".zip")
    }


def _numbered(files: list[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for name in files:
        if found := _AGAIN.fullmatch(name):
            yield name, found
