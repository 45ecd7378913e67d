"""What is on the screen while somebody works: one thing, how far they are, and the keys."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

from autograder.course.config import Assignment
from autograder.course.words import counted
from autograder.reports.focus import Focus, all_right
from autograder.reports.lines import Lines, near
from autograder.reports.short import show_focus
from autograder.reports.terminal import Terminal
from autograder.results import CheckResult, Result
from autograder.watch.messages import Done, Looked

MOST_PASSED = 4  # lines about what the last save brought
View = Literal["next", "units", "all"]


@dataclass
class State:
    """What is known of the work, and what of it is to be seen."""

    assignment: Assignment
    place: Path
    at_first: View  # what is to be seen after every save
    last: Done | None = None
    result: Result | None = None  # the last one, with what was looked at since
    focus: Focus | None = None
    sentence: str = ""  # why there is no result
    passed: list[CheckResult] = field(default_factory=list)  # that did not at the last save
    at_save: frozenset[str] = frozenset()  # the ids of what passed then
    runs: bool = False
    count: int = 0  # checks of the run that goes on
    done: int = 0
    took: str = ""
    shows: View = "next"
    hint: bool = False

    def begin(self) -> None:
        """A run begins: what is on the screen stays until there is something newer."""
        self.runs, self.count, self.done, self.took = True, 0, 0, ""
        self.at_save = frozenset(check.id for check in self._passing())
        self.passed, self.shows = [], self.at_first

    def look(self, looked: Looked) -> None:
        """The verdict of the check in focus is there before all others."""
        check = looked.check
        self._turn_to(looked.focus)
        if self.result is not None:
            checks = tuple(check if each.id == check.id else each for each in self.result.checks)
            self.result = dataclasses.replace(self.result, checks=checks)
        self.passed = self._new()

    def end(self, seconds: float, done: Done | None = None, sentence: str = "") -> None:
        """A run is over, with a result or with a sentence that says why there is none."""
        self.runs, self.sentence = False, sentence
        self.took = f"{time.strftime('%H:%M:%S')}, {seconds:.1f} s"
        if done is not None:
            is_first, self.last, self.result = self.last is None, done, done.result
            self.passed = [] if is_first else self._new()
            self._turn_to(done.focus)

    def _passing(self) -> list[CheckResult]:
        checks = self.result.counted if self.result is not None else ()
        return [check for check in checks if check.outcome == "pass"]

    def _new(self) -> list[CheckResult]:
        return [check for check in self._passing() if check.id not in self.at_save]

    def _turn_to(self, focus: Focus | None) -> None:
        """A hint that was asked for stays for as long as its check is in focus."""
        if focus is None or self.focus is None or focus.check.id != self.focus.check.id:
            self.hint = False
        self.focus, self.sentence = focus, ""


class Screen:
    """Draws the state: on a terminal in place of what was there, elsewhere a few lines after every run."""

    def __init__(self, console: Console, has_keys: bool) -> None:
        self._console, self._has_keys = console, has_keys

    def start(self) -> None:
        """Something to look at until it is known what is checked; the next line takes its place."""
        if self._console.is_terminal:
            self._console.print(Lines(self._console).say("Starting …"), end="\r")

    def draw(self, state: State) -> None:
        """All of it. Where nothing can be taken back, only the end of a run is worth showing."""
        lines = Lines(self._console)  # as wide as the terminal is by now
        if not self._console.is_terminal:
            if not state.runs:
                self._show(lines, state)
            return
        with self._console:  # at once, so that nothing flickers
            self._console.clear()
            self._show(lines, state)
            self._last_line(lines, state)

    def count(self, state: State) -> None:
        """The last line anew."""
        if self._console.is_terminal:
            with self._console:
                self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
                self._last_line(Lines(self._console), state)

    def leave(self) -> None:
        """Let the shell begin in a line of its own."""
        if self._console.is_terminal:
            self._console.print()

    # -- parts -----------------------------------------------------------------------------------------------

    def _show(self, lines: Lines, state: State) -> None:
        done = state.last
        if state.shows != "next" and done is not None:
            everything = state.shows == "all"
            Terminal(state.assignment, self._console).show_next(
                done.result, done.submission, everything=everything
            )
            lines.print()
            return
        lines.paragraph(f"Watching {near(state.place)}", "dim", indent="")
        lines.print()
        _show_passed(lines, state.passed)
        if state.sentence:
            lines.marked("fail", state.sentence)
            lines.print()
        elif state.focus is not None:
            wanted = state.hint or not self._has_keys
            show_focus(lines, state.focus if wanted else dataclasses.replace(state.focus, hint=""))
            lines.print()
        elif state.result is not None and not state.runs:
            lines.marked("pass", all_right(state.result, state.assignment))
            lines.print()
        if state.result is not None:
            _show_progress(lines, state.result)

    def _last_line(self, lines: Lines, state: State) -> None:
        """The keys at the left and what is going on at the right, without an end of the line."""
        hidden = state.focus is not None and state.focus.hint and state.shows == "next" and not state.hint
        names = [*(["h hint"] if hidden else []), "l list", "a all", "r again", "q quit"]
        left = Text("  ".join(names) if self._has_keys else "Ctrl-C ends this.", style="dim")
        running = f"{state.done} of {state.count} checks" if state.count else lines.say("checking …")
        right = Text(running if state.runs else state.took, style="cyan" if state.runs else "dim")
        gap = lines.width - left.cell_len - right.cell_len
        line = left + Text(" " * gap) + right if gap >= 2 else right if state.runs else left
        self._console.print(line, end="", soft_wrap=True)


def _show_passed(lines: Lines, checks: Sequence[CheckResult]) -> None:
    """What the last save brought."""
    shown = checks if len(checks) <= MOST_PASSED else checks[: MOST_PASSED - 1]
    for check in shown:
        lines.marked("pass", f"{check.unit} · {check.title}")
    if len(checks) > len(shown):
        lines.marked("pass", f"and {counted(len(checks) - len(shown), 'more check')}")
    if checks:
        lines.print()


def _show_progress(lines: Lines, result: Result) -> None:
    """How many of the checks that count have passed, and how many points that is."""
    checks = result.counted
    passed = sum(check.outcome == "pass" for check in checks)
    said = f"  {passed} of {counted(len(checks), 'check')}, {result.score:g} of {result.max_score:g} points"
    lines.print(lines.bar(passed, len(checks), lines.width - len(said)) + said)
