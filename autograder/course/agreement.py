"""Where the configuration and what lies in tests/ and templates/ disagree: place and sentence of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.course import check_files
from autograder.course.check_files import Found
from autograder.course.words import did_you_mean, listed
from autograder.course.yaml_file import Keys, Place, Places


def _handed_out(root: Path, name: str) -> tuple[str, list[str]]:
    """The names of the files that students get: those of the masters, where there are any."""
    for kind in ("solutions", "templates"):
        if (root / kind / name).is_dir():
            names = sorted(path.name for path in (root / kind / name).iterdir())
            return kind, [each.replace(".nb.py", ".ipynb") for each in names]
    return "templates", []


def against_the_checks(root: Path, data: Any, places: Places) -> Iterator[tuple[Place, str]]:
    """Where assignments and what lies in tests/ and templates/ disagree; what is no mapping says nothing."""
    for name, assignment in _mapping(data, "assignments").items():
        keys: Keys = ("assignments", name)
        found = check_files.find(root, name)
        if found:
            yield from _checks_disagree(root, keys, _mapping(assignment, "units"), found, places)
        for key in ("report", "notebook"):
            file = assignment.get(key) if isinstance(assignment, dict) else None
            folder, there = _handed_out(root, name)
            if isinstance(file, str) and there and file not in there:
                yield (
                    places[(*keys, key)],
                    f"{key}: {folder}/{name} holds no {file}{did_you_mean(file, there)}",
                )


def _checks_disagree(
    root: Path, keys: Keys, units: dict[str, Any], found: Sequence[Found], places: Places
) -> Iterator[tuple[Place, str]]:
    """The entries without a check, checks without an entry, and what the two say differently."""
    by_id: dict[str, list[Found]] = {}
    for each in found:
        by_id.setdefault(each.id, []).append(each)
    entries = {
        f"{unit}::{check}": (places[(*keys, "units", unit, "checks", check)], entry)
        for unit, about in units.items()
        for check, entry in _mapping(about, "checks").items()
    }
    for name, functions in by_id.items():
        if name not in entries:
            unit, _, check = name.partition("::")
            below = (*keys, "units", unit)
            said = f"{functions[0].where} defines test_{check}, which has no entry here{_near(name, entries)}"
            yield places.get(below, places[keys]), said
    for name, (place, entry) in entries.items():
        unit, _, check = name.partition("::")
        functions = by_id.get(name, [])
        visibility = entry.get("visibility") if isinstance(entry, dict) else None
        all_here = visibility == "visible" or (root / "tests" / "hidden").is_dir()
        if not functions and all_here:
            yield place, f"{check} has no check: no test_{unit}.py defines test_{check}{_near(name, by_id)}"
        elif functions:
            seen = places.get((*keys, "units", unit, "checks", check, "visibility"), place)
            yield from ((seen, said) for said in _visibility_disagrees(visibility, functions))
            yield from ((place, said) for said in _thresholds_disagree(entry, functions))


def _visibility_disagrees(visibility: Any, functions: Sequence[Found]) -> Iterator[str]:
    """Where an entry says that students see a check otherwise than the folders of its functions do."""
    where = {each.kind: each.where for each in functions}
    if visibility == "hidden" and "visible" in where:
        yield f"visibility is hidden, but students have {where['visible']}: say visible, or move the check"
    if visibility == "visible" and "visible" not in where:
        yield f"visibility is visible, but only graders have {where['hidden']}: say hidden, or move the check"


def _thresholds_disagree(entry: Any, functions: Sequence[Found]) -> Iterator[str]:
    """The thresholds that a check does not read, and those that it reads and an entry does not have."""
    given = set(_mapping(entry, "thresholds"))
    reads = [each.thresholds for each in functions]
    if all(each is not None for each in reads):
        read = {name for each in reads if each for name in each}
        for name in sorted(given - read):
            near = did_you_mean(name, read)
            yield f"the check reads no threshold {name!r}{near}; it reads {listed(sorted(read))}"
        for name in sorted(read - given):
            yield f"the check reads a threshold {name!r}, which is missing here"


def _near(name: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for a check: one of the same unit first, by its own name."""
    unit, _, check = name.partition("::")
    own = [each.partition("::")[2] for each in known if each.partition("::")[0] == unit]
    return did_you_mean(check, own) or did_you_mean(name, known)


def _mapping(data: Any, key: str) -> dict[str, Any]:
    """What `data` holds at `key` if both are mappings, else an empty one."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}
