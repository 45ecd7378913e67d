"""How far a class is: done, left, rate, when it will be finished, what takes longest now, and faults."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from autograder.classroom.graders import Outcome
from autograder.course.words import counted

_EVERY_SECONDS = 60.0  # between two lines where there is no terminal


class Display:
    """A bar in a terminal, else a line now and then; used as a context manager.

    `names` are the people's by submission. `done` counts what was graded in earlier runs.
    """

    def __init__(
        self, names: Mapping[str, str], jobs: int, done: int, console: Console | None = None
    ) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._names = names
        self._jobs, self._before = jobs, done
        self._start = self._said = time.monotonic()
        self._finished = 0
        self._faults: set[str] = set()
        self._since: dict[str, float] = {}  # what is being graded, and from when on
        self._bar = Progress(
            TextColumn("graded"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            _Told(self),
            console=self._console,
            refresh_per_second=2,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=jobs + done, completed=done)

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def running(self, ids: Collection[str]) -> None:
        """Hear what is being graded now."""
        now = time.monotonic()
        self._since = {name: self._since.get(name, now) for name in ids}

    def note(self, outcome: Outcome) -> None:
        """Hear what became of a submission."""
        self._finished += 1
        self._since.pop(outcome.id, None)
        if outcome.is_fault:
            self._faults.add(outcome.id)
        self._bar.update(self._task, completed=self._before + self._finished)
        if not self._console.is_terminal:
            self._say_now_and_then()

    def again(self, count: int) -> None:
        """Hear that so many faults are tried again."""
        said = f"The grader failed in {counted(count, 'submission')}: once more, each alone."
        self._console.print(said, markup=False)

    def note_again(self, outcome: Outcome) -> None:
        """Hear what became of a submission at its second try."""
        self._since.pop(outcome.id, None)
        if not outcome.is_fault:
            self._faults.discard(outcome.id)

    def _say_now_and_then(self) -> None:
        now = time.monotonic()
        tenth = self._finished * 10 // self._jobs > (self._finished - 1) * 10 // self._jobs
        if tenth or now - self._said > _EVERY_SECONDS:
            self._said = now
            total = self._before + self._jobs
            print_line = f"{self._before + self._finished} of {total} graded · {self.told}"
            self._console.print(print_line, markup=False, soft_wrap=True)

    @property
    def told(self) -> str:
        """Rate, finish, the slowest and faults, in one line."""
        parts = []
        taken = time.monotonic() - self._start
        if self._finished:
            parts.append(f"{self._finished / taken * 60:.3g} a minute")
            left = self._jobs - self._finished
            if left > 0:
                finish = datetime.now() + timedelta(seconds=left * taken / self._finished)
                parts.append(f"{left:,} left until {finish:%H:%M}")
        if self._since:
            slowest = min(self._since, key=lambda name: self._since[name])
            seconds = time.monotonic() - self._since[slowest]
            parts.append(f"slowest now: {self._names.get(slowest, slowest)}, {seconds:.0f} s")
        if self._faults:
            parts.append(f"{len(self._faults)} to try again")
        return " · ".join(parts) or "starting"


class _Told(ProgressColumn):
    """The words beside the bar."""

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display

    def render(self, task: Task) -> Text:
        return Text(self._display.told)
