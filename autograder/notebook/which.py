"""Which assignment a notebook is of."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from autograder.course.config import Assignment, Config, ConfigError
from autograder.course.which import told
from autograder.course.words import listed


def assignment_of(config: Config, named: str, folder: PurePath, names: Collection[str]) -> Assignment:
    """The assignment that was named, else that of the folder, else the one to which most of `names` belong.

    `names` are those that the notebook defines and those that are to be checked.

    Raises ConfigError with near names, or, where nothing tells, with the list.
    """
    if named:
        return config.assignment(named)
    known = {each.name: _names_of(each) for each in config.assignments.values()}
    if found := told(known, folder, names):
        return config.assignment(found)
    raise ConfigError(
        f'Which assignment is this? Name it, as in check(assignment="{next(iter(known))}"). '
        f"There are {listed(known)}."
    )


def _names_of(assignment: Assignment) -> set[str]:
    """Its units, and the names that students define for it."""
    return {*assignment.units} | {name for names in assignment.files.values() for name in names}
