"""A result as a piece of HTML for a notebook's cell: the one next thing, a bar for each unit, all checks.

It takes its colours from the page that it stands in, light or dark, and reads well where styles are dropped.
"""

from __future__ import annotations

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, SourceLine, all_right, is_whole
from autograder.reports.html import environment
from autograder.reports.units import units_of
from autograder.results import Result, pending_sentence

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def fragment(result: Result, focus: Focus | None, assignment: Assignment) -> str:
    """The HTML of a result whose next thing is `focus`."""
    return (
        environment()
        .get_template("fragment.html")
        .render(
            result=result,
            focus=focus,
            lines=[(line.number, *_parts(line)) for line in focus.excerpt] if focus else [],
            units=list(units_of(result, assignment)),
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
