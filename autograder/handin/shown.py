"""What was found, in the terminal: what is missing first, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from autograder.course.config import Assignment
from autograder.handin.findings import Finding, Findings
from autograder.reports.lines import Lines


def show(found: Findings, assignment: Assignment, console: Console | None = None) -> None:
    """All findings, in three parts; a part that is empty is left out."""
    lines = Lines(console or Console(highlight=False))
    lines.print(Text(lines.say(assignment.title), style="bold"))
    there = [Finding(sentence) for sentence in found.there]
    for title, mark, part in (
        ("Missing", "fail", found.missing),
        ("Worth a look", "notice", found.worth_a_look),
        ("There", "pass", there),
    ):
        _show_part(title, mark, part, lines)
    lines.print()


def tell(sentence: str, console: Console | None = None) -> None:
    """A sentence behind the findings, in lines as wide as theirs."""
    Lines(console or Console(highlight=False)).paragraph(sentence, indent="")


def _show_part(title: str, mark: str, part: Sequence[Finding], lines: Lines) -> None:
    if not part:
        return
    lines.print()
    lines.print(Text(title, style="bold"))
    for each in part:
        lines.marked(mark, each.text)
        where = f" ({each.place})" if each.place else ""
        if below := f"{each.to_do}{where}".strip():
            lines.paragraph(below, "dim")
