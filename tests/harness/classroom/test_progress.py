"""How far a class is: lines where there is no terminal, and what stands beside the bar where there is one."""

from __future__ import annotations

import io
import re

from rich.console import Console

from autograder.classroom.graders import Outcome
from autograder.classroom.progress import Display

NAMES = {"ann": "Ann Chen", "bo": "Bo Li"}


def test_lines_come_by_the_tenth_and_count_what_was_done_before() -> None:
    said = io.StringIO()
    with Display(NAMES, 40, 60, Console(file=said, width=60)) as display:
        for number in range(40):
            display.note(Outcome(f"s{number}", "graded"))
    lines = said.getvalue().splitlines()
    assert len(lines) == 10
    assert re.match(r"64 of 100 graded · [\d.e+]+ a minute · 36 left until \d\d:\d\d$", lines[0])
    assert lines[-1].startswith("100 of 100 graded · ") and "left" not in lines[-1]


def test_the_slowest_is_the_one_that_was_begun_first() -> None:
    with Display(NAMES, 3, 0, Console(file=io.StringIO())) as display:
        assert display.told == "starting"
        display.running(["bo"])
        display.running(["ann", "bo"])
        assert display.told == "slowest now: Bo Li, 0 s"
        display.note(Outcome("bo", "graded"))
        assert "slowest now: Ann Chen" in display.told


def test_faults_are_counted_until_their_second_try_succeeds() -> None:
    said = io.StringIO()
    with Display(NAMES, 2, 0, Console(file=said)) as display:
        display.note(Outcome("ann", "fault"))
        display.note(Outcome("bo", "pending"))
        assert display.told.endswith("2 to try again")
        display.again(2)
        display.note_again(Outcome("ann", "graded"))
        assert display.told.endswith("1 to try again")
    assert "The grader failed in 2 submissions: once more, each alone." in said.getvalue()
