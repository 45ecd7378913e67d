"""A second configuration: the first one with other points, limits, late rules and titles, and nothing else.

    extends: grading_config.yaml
    assignments:
      lab:
        late: {deadline: 2026-10-08T23:59:00+08:00}
        units:
          cells: {checks: {shapes: {points: 2}}}

What it does not name stays as it is in the first, so that two sections of a course share all checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.course.words import did_you_mean, listed
from autograder.course.yaml_file import ConfigError, Keys, Located, read

_NAMED = "*"  # a name that the first configuration must have
_ANY = "**"  # a key of any name; whether it may be there is told when the whole is validated
_Shape = Mapping[str, Any]  # what may be changed: None for a value as a whole
_SHAPE: _Shape = {
    "course": None,
    "assignments": {
        _NAMED: {
            "title": None,
            "limits": {_ANY: None},
            "late": {"extensions": {_ANY: None}, _ANY: None},
            "units": {_NAMED: {"title": None, "checks": {_NAMED: {"points": None, "visibility": None}}}},
        }
    },
}
_WORDS = {1: "assignment", 3: "unit", 5: "check"}  # what is named at which depth


def extended(first: Located, file: Path, root: Path) -> Located:
    """The first configuration with what the second, `file`, changes. Raises ConfigError.

    What is wrong in either is noted with its line; `first` is left as it was.
    """
    second = read(file)
    base = next(iter(first.places.values())).file
    if not isinstance(second.data, dict) or not isinstance(second.data.get("extends"), str):
        raise ConfigError(f"{file.name}:1: a second configuration must say `extends: {base}`")
    named = second.data.pop("extends")
    if (file.parent / named).resolve() != (root / base).resolve():
        line = second.places[("extends",)].line
        raise ConfigError(f"{file.name}:{line}: extends must name {root / base} (got {named!r:.80})")
    merged = Located(first.data, dict(first.places), [*first.wrong, *second.wrong])
    merged.data = _merged(first.data, second.data, _SHAPE, (), second, merged)
    return merged


def _merged(old: Any, new: Any, shape: _Shape | None, keys: Keys, second: Located, merged: Located) -> Any:
    """`old` with what `new` says of it; `merged` receives the places, and what may not be changed."""
    if shape is None or not isinstance(new, dict) or not isinstance(old, dict | None):
        below = {at: place for at, place in second.places.items() if at[: len(keys)] == keys}
        merged.places = {at: place for at, place in merged.places.items() if at[: len(keys)] != keys} | below
        return new
    result = dict(old or {})
    for key, value in new.items():
        at = (*keys, key)
        if wrong := _objection(key, at, old or {}, shape):
            merged.wrong.append((second.places[at], wrong))
            continue
        merged.places.setdefault(at, second.places[at])
        inner = shape.get(key, shape.get(_NAMED, shape.get(_ANY)))
        result[key] = _merged(result.get(key), value, inner, at, second, merged)
    return result


def _objection(key: str, at: Keys, old: Mapping[str, Any], shape: _Shape) -> str:
    """Why a key may not be there; "" when it may."""
    if key in shape or _ANY in shape:
        return ""
    if _NAMED in shape:
        near = did_you_mean(key, old)
        return "" if key in old else f"there is no {_WORDS[len(at) - 1]} {key!r} to change{near}"
    allowed = listed(shape)
    return f"{key!r} cannot be changed here{did_you_mean(key, shape)}; only {allowed} can"


def as_one_file(first: Path, file: Path) -> str:
    """The text of one configuration that says what the two say together. Raises ConfigError."""
    both = extended(read(first), file, first.parent)
    both.refuse()
    return yaml.safe_dump(both.data, sort_keys=False, allow_unicode=True, width=110)
