"""A result as one page that needs nothing else: no scripts, no fonts, no pictures, everything escaped."""

from __future__ import annotations

import jinja2

from autograder.course.config import Assignment
from autograder.reports.terminal import MARKS
from autograder.results import CheckResult, Result, pending_sentence


def page(result: Result, assignment: Assignment) -> str:
    """The page as HTML text."""
    loader = jinja2.PackageLoader("autograder.reports", "")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"mark": _mark, "kind": _kind, "points": "{:g}".format}
    environment.filters |= {"pending_sentence": pending_sentence, "symbol": MARKS.__getitem__}
    units = []
    for key, unit in assignment.units.items():
        checks = [check for check in result.checks if check.unit == key and not check.is_notice]
        if checks:
            earned, total = sum(each.points for each in checks), sum(each.max_points for each in checks)
            units.append(
                {"key": key, "title": unit.title, "checks": checks, "earned": earned, "total": total}
            )
    remarks = [check for check in result.checks if check.is_remark]
    return environment.get_template("page.html").render(
        result=result, assignment=assignment, units=units, remarks=remarks
    )


def _kind(check: CheckResult) -> str:
    return check.outcome if check.started else "waiting"


def _mark(check: CheckResult) -> str:
    return MARKS[check.outcome if check.started else "not started"]
