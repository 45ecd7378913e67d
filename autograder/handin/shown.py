"""What was found, in the terminal: what is missing first, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.config import Assignment
from autograder.handin.findings import Finding, Findings
from autograder.reports.lines import MARKS, MAX_WIDTH, STYLES, printable


def show(found: Findings, assignment: Assignment, console: Console | None = None) -> None:
    """All findings, in three parts; a part that is empty is left out."""
    console = console or Console(highlight=False)
    console.print(Text(_fit(assignment.title, console), style="bold"), soft_wrap=True)
    there = [Finding(sentence) for sentence in found.there]
    for title, mark, part in (
        ("Missing", "fail", found.missing),
        ("Worth a look", "notice", found.worth_a_look),
        ("There", "pass", there),
    ):
        _show_part(title, mark, part, console)
    console.print()


def tell(sentence: str, console: Console | None = None) -> None:
    """A sentence behind the findings, in lines as wide as theirs."""
    console = console or Console(highlight=False)
    for line in Text(_fit(sentence, console)).wrap(console, min(console.width, MAX_WIDTH)):
        line.rstrip()
        console.print(line, soft_wrap=True)


def _show_part(title: str, mark: str, part: Sequence[Finding], console: Console) -> None:
    if not part:
        return
    console.print()
    console.print(Text(title, style="bold"))
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(width=1)
    rows.add_column(max_width=min(console.width, MAX_WIDTH) - 2)
    for each in part:
        rows.add_row(Text(_fit(MARKS[mark], console), style=STYLES[mark]), Text(_fit(each.text, console)))
        where = f" ({each.place})" if each.place else ""
        if below := f"{each.to_do}{where}".strip():
            rows.add_row("", Text(_fit(below, console), style="dim"))
    console.print(rows)


def _fit(text: str, console: Console) -> str:
    """The text in one line, with what the terminal can show."""
    return printable(" ".join(text.split()), console.encoding)
