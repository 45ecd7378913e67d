"""A worked example in the terminal: what goes in, the steps by hand, and the first number that is wrong.

`worked.html` is the same for page and notebook.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from autograder.results import Worked

TEXT_WIDTH = 76  # letters, where nothing tells how wide a page is
Say = Callable[[str], str]  # the nearest to a text that a terminal can show


def drawn(worked: Worked, say: Say) -> RenderableType:
    """The example as a heading and a table; the wrong line has a mark, its wrong number a colour."""
    given = _Unbroken([say(f"{row.name} = {row.listed}") for row in worked.given])
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("", "", ""):
        table.add_column(name)
    table.add_column("by hand", justify="right")
    table.add_column("your code", justify="right")
    for row in worked.steps:
        is_wrong = row is worked.steps[-1]
        table.add_row(
            Text(say("✗"), style="red") if is_wrong else "",
            Text(say(row.name), style="bold"),
            Text(say(row.how)),
            Text(say(" ".join(row.by_hand))),
            _marked(row.yours, worked.at if is_wrong else None, say),
        )
    return Group(Text(say(f"Work it out by hand: {worked.title}.")), given, table)


def as_text(worked: Worked) -> str:
    """The example in letters of one width, without colours; the mark tells which line is wrong."""
    console = Console(file=io.StringIO(), width=TEXT_WIDTH, color_system=None, force_terminal=False)
    with console.capture() as drawing:
        console.print(drawn(worked, str))
    return "\n".join(line.rstrip() for line in drawing.get().splitlines())


@dataclass(frozen=True)
class _Unbroken:
    """Texts side by side, as many as a line has room for; none is broken that fits into one."""

    texts: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines: list[str] = []
        for text in self.texts:
            if lines and cell_len(lines[-1]) + 3 + cell_len(text) <= options.max_width:
                lines[-1] += f",  {text}"
            else:
                lines[-1:] = [f"{lines[-1]},", text] if lines else [text]
        yield from (Text(line, style="dim") for line in lines)


def _marked(numbers: Sequence[str], at: int | None, say: Say) -> Text:
    """The numbers, the wrong one in red; where one is missing, the gap."""
    shown = Text(" ").join(
        Text(say(number), style="bold red" if place == at else "") for place, number in enumerate(numbers)
    )
    return shown + Text(say(" …"), style="bold red") if at is not None and at >= len(numbers) else shown
