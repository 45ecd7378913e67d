"""An audit as one page that needs nothing else: which check catches what, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jinja2

from autograder.audit.known import Audit
from autograder.course.config import Config


def page(audits: Sequence[Audit], config: Config) -> str:
    """The page as HTML text."""
    loader = jinja2.PackageLoader("autograder.audit", "")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    views = [_view(audit, config) for audit in audits]
    return environment.get_template("page.html").render(audits=views, course=config.course)


def _view(audit: Audit, config: Config) -> dict[str, Any]:
    entry = config.assignments[audit.assignment]
    units = []
    for key, unit in entry.units.items():
        checks = [check for check in audit.checks if check.startswith(f"{key}::")]
        mistakes = [each for each in audit.mistakes if each["unit"] == key]
        if mistakes:
            units.append({"key": key, "title": unit.title, "checks": checks, "mistakes": mistakes})
    caught = {check for each in audit.mistakes for check in each["caught_by"]}
    return {
        "name": audit.assignment,
        "title": entry.title,
        "audit": audit,
        "units": units,
        "visible": {check for check, about in entry.checks.items() if about.visibility == "visible"},
        "idle": [check for check in audit.checks if check not in caught],
        "once": [each for each in audit.mistakes if len(each["caught_by"]) == 1],
        "full": sum(each["score"] == each["max_score"] for each in audit.alternatives),
        "killed": sum(map(bool, audit.mutants.values())),
        "failed": sum(each["succeeded"] for each in audit.attacks),
    }
