"""A worked example in the terminal and on the page: all of its numbers, and the wrong one marked."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.reports.gradescope import to_gradescope
from autograder.reports.html import page
from autograder.reports.lines import printable
from autograder.reports.worked import drawn
from autograder.results import Worked, WorkedRow
from tests.harness.reports.test_reports import ASSIGNMENT, result, verdict

WORKED = Worked(
    "one step of GRUCell(1, 1)",
    (WorkedRow("x", "", ("-1",)), WorkedRow("every weight", "", ("1",))),
    (
        WorkedRow("h̃", "tanh(r·h + x)", ("0.432",)),
        WorkedRow("new h", "(1 − z)·h + z·h̃ <of both rows>", ("0.854", "0.1"), ("0.854", "1.578")),
    ),
    1,
)


def in_terminal(worked: Worked, width: int = 60, encoding: str = "utf-8", **options: object) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=stream, width=width, highlight=False, **options)  # type: ignore[arg-type]
    console.print(drawn(worked, lambda text: printable(text, encoding)))
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_terminal_shows_what_goes_in_and_every_step_within_its_width(width: int) -> None:
    lines = in_terminal(WORKED, width).splitlines()
    assert lines[0] == "Work it out by hand: one step of GRUCell(1, 1)."
    assert lines[1] == "x = -1,  every weight = 1"
    assert lines[3].split() == ["h̃", "tanh(r·h", "+", "x)", "0.432"]
    assert lines[4].startswith("✗") and lines[4].endswith("0.854 1.578")
    assert all(len(line) <= width + 2 for line in lines)  # a combining mark takes no room


def test_the_wrong_number_alone_is_red() -> None:
    text = in_terminal(WORKED, force_terminal=True, color_system="standard")
    assert "0.854 \x1b[1;31m1.578" in text


def test_a_number_that_is_missing_leaves_a_gap() -> None:
    short = Worked("a batch", (), (WorkedRow("row 0", "", ("5", "6"), ("5",)),), 1)
    assert in_terminal(short).splitlines()[-1].endswith("5 …")
    assert "…" in page(result(verdict("a", "fail", message="Wrong.", worked=short)), ASSIGNMENT)


def test_a_poor_terminal_shows_it_too() -> None:
    assert "x  new h" in in_terminal(WORKED, encoding="ascii")


def test_the_page_shows_it_once_and_escapes_it() -> None:
    checks = [verdict(name, "fail", message=f"Wrong {name}.", worked=WORKED) for name in "ab"]
    shown = page(result(*checks), ASSIGNMENT)
    assert shown.count("Work it out by hand: one step of GRUCell(1, 1).") == 1
    assert '<span class="bad">1.578</span>' in shown
    assert "&lt;of both rows&gt;" in shown


def test_no_line_ends_within_what_goes_in() -> None:
    given = tuple(WorkedRow(f"scores of row {i}", "", ("0", "1")) for i in range(4))
    lines = in_terminal(Worked("a loss", given, WORKED.steps, 1), width=60).splitlines()
    assert lines[1:3] == [
        "scores of row 0 = [0, 1],  scores of row 1 = [0, 1],",
        "scores of row 2 = [0, 1],  scores of row 3 = [0, 1]",
    ]


def test_gradescope_gets_it_as_text_of_one_width_and_of_visible_checks_alone() -> None:
    failed = verdict("a", "fail", message="Wrong.", worked=WORKED)
    hidden = verdict("b", "fail", message="Wrong.", worked=WORKED, visibility="hidden")
    shown, kept = (row["output"] for row in to_gradescope(result(failed, hidden))["tests"])
    block = shown.partition("Wrong\\.\n\n")[2].split("\n")
    assert block[0] == "    Work it out by hand: one step of GRUCell(1, 1)."
    assert block[-1].startswith("    ✗") and block[-1].endswith("0.854 1.578")
    assert all(line.startswith("    ") or not line for line in block)
    assert kept == "Wrong\\."
