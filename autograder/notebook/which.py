"""Which assignment a notebook is of."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from autograder.course.config import Assignment, Config, ConfigError


def assignment_of(config: Config, named: str, folder: PurePath, defined: Collection[str]) -> Assignment:
    """The assignment that was named, else that of the folder, else that of which most is defined.

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
    scores = {
        each.name: len({*defined} & {name for names in each.files.values() for name in names})
        for each in known.values()
    }
    best = max(scores, key=lambda name: scores[name])
    if scores[best] and list(scores.values()).count(scores[best]) == 1:
        return known[best]
    names = ", ".join(known)
    raise ConfigError(
        f'Which assignment is this? Name it, as in check("…", assignment="{best}"). There are: {names}.'
    )
