"""Which assignment somebody works on, as far as folders and names tell. Standard library only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePath


def told(known: Mapping[str, Collection[str]], folder: PurePath, names: Collection[str]) -> str | None:
    """The only one of `known`, else that of the folder, else the one to which most of `names` belong.

    `known` holds what students define for each. None where nothing tells.
    """
    if len(known) == 1:
        return next(iter(known))
    for part in reversed(folder.parts):
        if part in known:
            return part
    scores = {each: len({*names} & {*theirs}) for each, theirs in known.items()}
    best = [each for each, score in scores.items() if score == max(scores.values()) > 0]
    return best[0] if len(best) == 1 else None
