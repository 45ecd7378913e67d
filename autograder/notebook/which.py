"""Which assignment a notebook is of."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from autograder.course.config import Assignment, Config, ConfigError
from autograder.course.words import listed


def assignment_of(config: Config, named: str, folder: PurePath, names: Collection[str]) -> Assignment:
    """The assignment that was named, else that of the folder, else the one to which most of `names` belong.

    `names` are those that the notebook defines and those that are to be checked.

    Raises ConfigError with near names, or, where nothing tells, with the list.
    """
    if named:
        return config.assignment(named)
    known = config.assignments
    if len(known) == 1:
        return next(iter(known.values()))
    for part in reversed(folder.parts):
        if part in known:
            return known[part]
    scores = {each.name: len({*names} & _names_of(each)) for each in known.values()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] and list(scores.values()).count(scores[best]) == 1:
        return known[best]
    raise ConfigError(
        f'Which assignment is this? Name it, as in check(assignment="{best}"). There are {listed(known)}.'
    )


def _names_of(assignment: Assignment) -> set[str]:
    """Its units, and the names that students define for it."""
    return {*assignment.units} | {name for names in assignment.files.values() for name in names}
