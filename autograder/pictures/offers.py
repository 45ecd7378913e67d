"""The pictures that an assignment offers, in tests/visible/ASSIGNMENT/support/pictures.py."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.pictures.measure import Measure
from autograder.pictures.picture import Picture

if TYPE_CHECKING:  # a notebook draws without all that checks need
    from autograder.checks import Draw, Student

_PLACE = ("support", "pictures.py")


@dataclass(frozen=True)
class Offer:
    """One picture.

    `of_objects(measure, …)` gets what a student writes behind its name in a notebook, `usage` shows how.
    `of_code(student, draw, measure)` first makes objects of a submission, from numbers that anybody may see.
    """

    usage: str
    of_objects: Callable[..., Picture]
    of_code: Callable[[Student, Draw, Measure], Picture]


@dataclass(frozen=True)
class Offers:
    """The pictures of one assignment by name; a notebook that defines one of `names` is of it."""

    names: Collection[str]
    by_name: Mapping[str, Offer]


def assignments(root: Path) -> list[str]:
    """The assignments that offer pictures."""
    return sorted(
        path.parents[1].name for path in (root / "tests" / "visible").glob("/".join(["*", *_PLACE]))
    )


def offers(root: Path, assignment: str) -> Offers:
    """What the assignment offers; nothing, where it has no such file."""
    path = root / "tests" / "visible" / assignment / Path(*_PLACE)
    if not path.is_file():
        return Offers((), {})
    name = f"pictures_of_{assignment}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Offers = module.PICTURES
    return found
