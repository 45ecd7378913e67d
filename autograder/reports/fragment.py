"""A result as a piece of HTML for a notebook's cell: the one next thing, a bar for each unit, all checks.

It takes its colours from the page that it stands in, light or dark, and reads well where styles are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, SourceLine, all_right, is_whole
from autograder.reports.html import environment
from autograder.results import CheckResult, Result, pending_sentence

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class _Unit:
    """The checks of one unit that count, and what is left for when it is graded."""

    title: str
    checks: list[CheckResult]

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> float:
        return sum(check.max_points for check in self.checks)

    @property
    def passed(self) -> int:
        return sum(check.outcome == "pass" for check in self.checks)


def fragment(result: Result, focus: Focus | None, assignment: Assignment) -> str:
    """The HTML of a result whose next thing is `focus`."""
    units = [
        _Unit(unit.title, [check for check in result.counted if check.unit == key])
        for key, unit in assignment.units.items()
    ]
    return (
        environment()
        .get_template("fragment.html")
        .render(
            result=result,
            focus=focus,
            lines=[(line.number, *_parts(line)) for line in focus.excerpt] if focus else [],
            units=[unit for unit in units if unit.checks],
            assignment=assignment,
            is_whole=is_whole(result, assignment),
            all_right=all_right(result, assignment).partition(". "),
            remarks=[check for check in result.checks if check.is_remark],
            pending=pending_sentence(result) if result.faults else "",
        )
    )


def _parts(line: SourceLine) -> tuple[str, str, str]:
    """The text before, in and behind what the caret points at, which may be the end of the line."""
    before, meant, behind = line.parts
    return before, meant or (NO_BREAK_SPACE if line.caret else ""), behind
