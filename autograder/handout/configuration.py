"""grading_config.yaml for students: nothing of the hidden checks but the sum of their points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from autograder.course.config import Assignment, Config
from autograder.course.rubric import Row, Rubric

_HEAD = """\
# What is checked, and for how many points.
# hidden_points are those of the checks that only your graders have.

"""
_FOR_GRADERS = {"name", "lines", "late", "rubric"}


def without_hidden(config: Config, names: Iterable[str]) -> str:
    """The text of a configuration with these assignments and their visible checks."""
    assignments = {name: _handed_out(config.assignment(name)) for name in names}
    data = {"course": config.course, "assignments": assignments}
    return _HEAD + yaml.safe_dump(
        data, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )


def _handed_out(assignment: Assignment) -> dict[str, Any]:
    data = assignment.model_dump(exclude=_FOR_GRADERS, exclude_defaults=True)
    if assignment.rubric is not None:
        data["rubric"] = {"rows": [_row(assignment.rubric, row) for row in assignment.rubric.rows]}
    if assignment.points_of_hidden_checks:
        data["hidden_points"] = assignment.points_of_hidden_checks
    data["units"] = data.pop("units")  # they are long, and come last
    for unit in data["units"].values():
        checks = unit.get("checks", {})
        unit["checks"] = {name: each for name, each in checks.items() if each["visibility"] == "visible"}
    return data


def _row(rubric: Rubric, row: Row) -> dict[str, Any]:
    """What people grade, and for how many points; what an answer of each level says is for graders."""
    return {"title": row.title, "up_to": float(rubric.most_of(row))}
