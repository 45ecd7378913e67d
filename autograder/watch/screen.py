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
from rich.progress_bar import ProgressBar
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, all_right
from autograder.reports.lines import MARKS, MAX_WIDTH, STYLES, fits, printable
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
    result: Result | None = None  # of the last run, with what was looked at since
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
        self.passed, self.shows = [], "next"

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
            first = self.result is None
            self.result = done.result
            self.passed = [] if first else self._new()
            self._turn_to(done.focus)

    def _passing(self) -> list[CheckResult]:
        checks = self.result.checks if self.result is not None else ()
        return [check for check in checks if check.outcome == "pass" and not check.is_notice]

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

    def draw(self, state: State) -> None:
        """All of it. Where nothing can be taken back, only the end of a run is worth showing."""
        if not self._console.is_terminal and state.runs:
            return
        with self._console:  # at once, so that nothing flickers
            if self._console.is_terminal:
                self._console.clear()
            self._show(state)
            if self._console.is_terminal:
                self._last_line(state)

    def count(self, state: State) -> None:
        """The last line anew."""
        if self._console.is_terminal:
            with self._console:
                self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
                self._last_line(state)

    def leave(self) -> None:
        """Let the shell begin in a line of its own."""
        if self._console.is_terminal:
            self._console.print()

    # -- parts -----------------------------------------------------------------------------------------------

    def _show(self, state: State) -> None:
        if state.shows != "next" and state.result is not None:
            Terminal(state.assignment, self._console).show(state.result, state.place)
            self._print()
            return
        self._print(Text(f"{state.assignment.title} · {state.place}", "dim"))
        self._print()
        self._show_passed(state.passed)
        if state.sentence:
            self._print(Text(f"{MARKS['fail']} {state.sentence}", STYLES["fail"]))
            self._print()
        elif state.focus is not None:
            self._show_focus(state.focus, state.hint or not self._has_keys)
            self._print()
        elif state.result is not None and not state.runs:
            self._print(Text(all_right(state.result, state.assignment), STYLES["pass"]))
            self._print()
        if state.result is not None:
            self._show_progress(state.result)

    def _show_passed(self, checks: Sequence[CheckResult]) -> None:
        """What the last save brought."""
        shown = checks if len(checks) <= MOST_PASSED else checks[: MOST_PASSED - 1]
        lines = [f"{check.unit} · {check.title}" for check in shown]
        if len(checks) > len(shown):
            lines.append(f"and {len(checks) - len(shown)} more")
        for line in lines:
            self._print(Text(f"{MARKS['pass']} {line}", STYLES["pass"]))
        if lines:
            self._print()

    def _show_focus(self, focus: Focus, hint: bool) -> None:
        kind = "not started" if focus.kind == "unwritten" else focus.check.outcome
        mark = Text(f"{MARKS[kind]} ", STYLES.get(kind, "dim"))
        self._print(mark + Text(f"{focus.check.unit} · {focus.title}", "bold"))
        self._print(Text(f"  {focus.message}"))
        for line in focus.excerpt:
            self._print(Text(f"  {line.number:5} │ {line.text}", "dim" if line.caret is None else ""))
            if line.caret is not None:
                first, last = line.caret
                self._print(Text("        │ ", "dim") + Text(" " * first + "^" * (last - first), "red"))
        if focus.place:
            self._print(Text(f"  {focus.place}", "dim"))
        if focus.hint and hint:
            self._print(Text("  hint  ", "cyan") + Text(focus.hint))

    def _show_progress(self, result: Result) -> None:
        """How many of the checks that count have passed, and how many points that is."""
        counted = [check for check in result.checks if not check.is_notice]
        passed = sum(check.outcome == "pass" for check in counted)
        said = f"{passed} of {len(counted)} checks, {result.score:g} of {result.max_score:g} points"
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_row(ProgressBar(len(counted), passed, width=max(self._width - len(said) - 2, 10)), said)
        self._console.print(row)

    def _last_line(self, state: State) -> None:
        """The keys at the left and what is going on at the right, without an end of the line."""
        has_hint = state.focus is not None and state.focus.hint and state.shows == "next"
        names = [*(["h hint"] if has_hint else []), "l list", "a all", "r run again", "q quit"]
        left = Text("   ".join(names) if self._has_keys else "Ctrl-C ends this.", "dim")
        running = f"{state.done} of {state.count} checks done" if state.count else "checking …"
        right = Text(running if state.runs else state.took, "cyan" if state.runs else "dim")
        gap = self._width - left.cell_len - right.cell_len
        line = left + Text(" " * gap) + right if gap >= 2 else right if state.runs else left
        self._console.print(self._printable(line), end="", soft_wrap=True)

    @property
    def _width(self) -> int:
        return min(self._console.width, MAX_WIDTH)

    def _print(self, line: Text | None = None) -> None:
        self._console.print(self._printable(line or Text()), width=self._width)

    def _printable(self, line: Text) -> Text:
        if fits(line.plain, self._console.encoding):
            return line
        return Text(printable(line.plain, self._console.encoding))
