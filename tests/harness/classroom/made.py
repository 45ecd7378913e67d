"""A class in a folder, made by hand: no code is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from autograder.classroom import store
from autograder.classroom.handed import Handed, Person, write_manifest
from autograder.classroom.store import Graded
from autograder.course.config import Assignment
from autograder.results import CheckResult, Outcome, Result

COURSE = {
    "name": "demo",
    "title": "A demonstration",
    "units": {
        "cells": {
            "title": "Cells",
            "files": {"cells.py": ["Cell"]},
            "checks": {
                "gates": {"points": 2, "visibility": "hidden"},
                "shapes": {"points": 1, "visibility": "visible"},
                "style": {"points": 0, "visibility": "visible"},
            },
        },
        "loop": {
            "title": "Loop",
            "files": {"loop.py": ["Loop"]},
            "checks": {"padding": {"points": 3, "visibility": "visible"}},
        },
    },
}
OF_STYLE = {
    "points": {"2": 10, "1": 0},
    "rows": [{"title": "Style", "levels": {"2": "Good.", "1": "Bad."}}],
}
WITH_A_RUBRIC = """
assignments:
  demo:
    title: A demonstration
    rubric:
      points: {5: 20, 3: 12, 1: 4}
      rows:
        - {title: Summary, levels: {5: Specific., 3: Vague., 1: Missing.}}
        - {title: "Tuning, and tests", up_to: 2.5, text: Half a point for each setting.}
    units: {}
"""
ALL = {"cells::gates": "pass", "cells::shapes": "pass", "cells::style": "pass", "loop::padding": "pass"}
ANN = Person(name="Ann Chen", sid="0712345", email="ann@x.edu")
BO = Person(name="Bo Li", sid="0712346", email="bo@x.edu")


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assignment(**changed: Any) -> Assignment:
    """The assignment of the class; `changed` replaces keys of it."""
    return Assignment.model_validate({**COURSE, **changed})


def check(name: str, outcome: Outcome = "pass", **more: Any) -> CheckResult:
    unit, _, own = name.partition("::")
    told = {"title": f"{own.title()}.", "max_points": 1.0, "visibility": "visible", "unit": unit}
    return CheckResult(id=name, outcome=outcome, **(told | more))


def graded(outcomes: Mapping[str, Any] = ALL, **more: Any) -> Graded:
    """A record; an outcome is its name, or a whole `CheckResult`."""
    checks = [each if isinstance(each, CheckResult) else check(name, each) for name, each in outcomes.items()]
    given: dict[str, Any] = {"seconds": 1.5, "path": "x", "digest": "d" * 64} | more
    return Graded("k", Result("demo", 7, tuple(checks), grader_version="1", checks_version="2", **given))


def handed(id: str, *people: Person, **more: Any) -> Handed:
    return Handed(id=id, people=people, **({"path": f"submissions/{id}", "digest": id} | more))


def write(folder: Path, *entries: tuple[Handed, Graded | None]) -> Sequence[Handed]:
    """A class of these submissions and records."""
    everybody = [each for each, _ in entries]
    write_manifest(folder, everybody)
    for each, record in entries:
        if record is not None:
            store.save(folder, each, replace(record, key=f"{each.content} {record.key}"))
    return everybody
