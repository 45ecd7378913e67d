"""nbgrader's folder of what it collected: submitted/<student>/<assignment>/, with a timestamp.txt in each."""

from __future__ import annotations

from pathlib import PurePosixPath

from autograder.classroom.downloads.moments import moment
from autograder.classroom.downloads.parcel import Found, Parcel, named, not_taken, person_called
from autograder.classroom.downloads.tree import Entry, Tree
from autograder.course.config import Assignment, ConfigError
from autograder.course.words import few

SUBMITTED = "submitted"
TIME = "timestamp.txt"
_MOST = 200  # bytes of a timestamp


def is_it(tree: Tree) -> bool:
    """Whether a folder is one of nbgrader's courses, or what it collected."""
    if SUBMITTED in tree.folders:
        return True
    deep = [each.name.count("/") > 1 for each in tree.entries]
    stamped = any(each.name.count("/") == 2 and each.name.endswith(f"/{TIME}") for each in tree.entries)
    return stamped or (SUBMITTED in (tree.called, *tree.inside) and bool(deep) and all(deep))


def read(tree: Tree, assignment: Assignment) -> Found:
    """The submissions of one assignment: the one of this name, or the only one that there is."""
    if SUBMITTED in tree.folders:
        tree = tree.in_folder(SUBMITTED)
    collected: dict[str, dict[str, list[tuple[str, Entry]]]] = {}  # by assignment and student
    for entry in tree.entries:
        name, _, inside = entry.below.partition("/")
        if inside:
            collected.setdefault(name, {}).setdefault(entry.top, []).append((inside, entry))
    name = _chosen(collected, assignment)
    parcels = [_parcel(student, files) for student, files in collected.get(name, {}).items()]
    return Found(parcels, not_taken(tree, set()))


def _chosen(collected: dict[str, dict[str, list[tuple[str, Entry]]]], assignment: Assignment) -> str:
    if assignment.name in collected or len(collected) < 2:
        return assignment.name if assignment.name in collected else next(iter(collected), "")
    asked = {*assignment.files, assignment.notebook}
    having = [
        name
        for name, students in collected.items()
        if any(PurePosixPath(inside).name in asked for files in students.values() for inside, _ in files)
    ]
    if len(having) == 1:
        return having[0]
    raise ConfigError(
        f"nbgrader collected several assignments here, {few([named(each) for each in sorted(collected)])}: "
        f"name the folder of {assignment.title!r} as {assignment.name}."
    )


def _parcel(student: str, files: list[tuple[str, Entry]]) -> Parcel:
    stamp = next((entry for inside, entry in files if inside == TIME), None)
    return Parcel(
        key=student,
        people=(person_called(student),),
        files=[(inside, entry) for inside, entry in files if inside != TIME],
        at=moment(_text(stamp)) if stamp else None,
        keys={"nbgrader": student},
    )


def _text(entry: Entry) -> str:
    try:
        with entry.open() as stream:
            return stream.read(_MOST).decode("utf-8", "replace").strip()
    except Exception:  # a damaged zip's member: what zlib and zipfile raise
        return ""
