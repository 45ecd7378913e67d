"""The kinds of downloads there are, and which of them one is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.classroom.downloads import canvas, gradescope, moodle, nbgrader, plain
from autograder.classroom.downloads.parcel import Found
from autograder.classroom.downloads.tree import Tree
from autograder.course.config import Assignment, ConfigError
from autograder.course.words import did_you_mean, listed
from autograder.submission.several import is_of_one_author, submissions_among


@dataclass(frozen=True)
class Reader:
    """One kind of download: its name on the command line, and what it is called in a sentence."""

    name: str
    kind: str
    is_it: Callable[[Tree], bool]
    read: Callable[[Tree, Assignment], Found]


READERS = (  # the surest first
    Reader("gradescope", "a Gradescope export", gradescope.is_it, gradescope.read),
    Reader("moodle", "a Moodle download", moodle.is_it, moodle.read),
    Reader("nbgrader", "a folder of nbgrader's", nbgrader.is_it, nbgrader.read),
    Reader("canvas", "a Canvas download", canvas.is_it, canvas.read),
    Reader("folders", "a set of folders, one for each student", plain.holds_folders, plain.read_folders),
    Reader("files", "a set of files named after students", plain.holds_files, plain.read_files),
)
_MARKED = 4  # so many of them are known by what a course system has written


def reader_of(tree: Tree, assignment: Assignment, name: str | None) -> Reader:
    """The reader of that name, or the one that a download is for.

    Raises ConfigError for an unknown name, for what holds no submissions, and for what looks like one only.
    """
    if name is not None:
        known = {each.name: each for each in READERS}
        if name not in known:
            near = did_you_mean(name, known)
            raise ConfigError(f"No reader is called {name!r}{near}. The readers are {listed(known)}.")
        return known[name]
    if marked := next((each for each in READERS[:_MARKED] if each.is_it(tree)), None):
        return marked
    if _is_one(tree, assignment):
        raise ConfigError(
            f"{tree.called} looks like one submission, not a class: `autograder grade {assignment.name}` "
            "grades one."
        )
    plainly = next((each for each in READERS[_MARKED:] if each.is_it(tree)), None)
    if plainly is None:
        raise ConfigError(
            f"{tree.called} holds no submissions: name the folder or zip that your course system gave you."
        )
    return plainly


def _is_one(tree: Tree, assignment: Assignment) -> bool:
    """Whether files asked for lie at the top, or all folders are such as one author has."""
    asked = {*assignment.files, assignment.notebook}
    if asked & {each.name for each in tree.loose}:
        return True
    if not tree.folders or not all(is_of_one_author(folder) for folder in tree.folders):
        return False
    several = submissions_among([each.name for each in tree.entries], asked) > 1
    return not several and not plain.read_files(tree, assignment).parcels
