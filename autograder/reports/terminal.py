"""A result in the terminal: a line per check, a sentence and a hint per failure, one thing to do next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from autograder.course.config import FILE_NAME, Assignment
from autograder.reports.focus import all_right, focus_of
from autograder.reports.lines import Lines, fits, printable, styled
from autograder.reports.short import show_focus, show_notices, show_totals, show_units
from autograder.reports.units import kind_of, units_of, urgency
from autograder.results import CheckResult, Result
from autograder.sandbox import Protection
from autograder.submission import Submission

FOLD = 3  # so many checks of a unit with the same outcome become one line, failures aside


class Terminal:
    """Shows progress while checks run, used as a context manager, and then the result."""

    def __init__(self, assignment: Assignment, console: Console | None = None) -> None:
        self._assignment = assignment
        self._console = console or Console(highlight=False)
        self._lines = Lines(self._console)
        # No refreshing thread: the process forks while this is shown.
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
            disable=not _draws(self._console),
        )

    def __enter__(self) -> Terminal:
        self._progress.start()
        self._task = self._progress.add_task(self._lines.say(self._assignment.title), total=None)
        self._progress.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def plan(self, count: int) -> None:
        """So many checks will run that count."""
        self._progress.update(self._task, total=count, refresh=True)

    def note(self, verdict: CheckResult) -> None:
        """A check is done."""
        if not verdict.is_notice:
            self._progress.update(self._task, advance=1, refresh=True)

    def show(self, result: Result) -> None:
        """For a grader: every check, the totals, and what repeats the grading."""
        lines = self._lines
        self._show_checks(result)
        show_totals(lines, result, "A person has to decide.")
        if self._assignment.sentence_for_graders:
            lines.paragraph(f"{self._assignment.sentence_for_graders} ({FILE_NAME})", indent="")
        lines.paragraph(f"Seed {result.seed} repeats this grading.", "dim", indent="")

    def show_next(self, result: Result, submission: Submission, *, everything: bool = False) -> None:
        """For a student: a line per unit, or with `everything` each check, and last the one next thing."""
        lines, focus = self._lines, focus_of(result, submission)
        if everything:
            self._show_checks(result)
        else:
            lines.print(Text(lines.say(self._assignment.title), style="bold"))
            show_units(lines, result, self._assignment, submission)
            lines.print()
            show_notices(lines, result, submission)
        show_totals(lines, result, "Tell your teacher.", self._of_all(result))
        if focus is not None:
            lines.print()
            show_focus(lines, focus)
        elif not result.faults:
            lines.paragraph(all_right(result, self._assignment), indent="")

    # -- parts -----------------------------------------------------------------------------------------------

    def _show_checks(self, result: Result) -> None:
        """Every check, unit by unit, and the notices. What is to be done comes before what is done."""
        self._lines.print(Text(self._lines.say(self._assignment.title), style="bold"))
        units = [sorted(unit.checks, key=urgency) for unit in units_of(result, self._assignment)]
        for checks in sorted(units, key=lambda checks: urgency(checks[0])):
            self._show_unit(checks)
        self._show_notices(result)
        self._lines.print()

    def _show_unit(self, checks: Sequence[CheckResult]) -> None:
        """What failed one by one, then what waits, and last what passed; the page has every check."""
        passed = [check for check in checks if check.outcome == "pass"]
        waiting = [check for check in checks if not check.started]
        held = [check for check in checks if check.outcome == "blocked"]
        many = [group for group in (passed, waiting, held) if len(group) >= FOLD]
        told: set[tuple[str, str, str]] = set()
        for check in checks:
            group = next((group for group in many if check in group), None)
            if group is None:
                what = (check.message, check.hint, check.place)
                self._show_check(check, again=check.started and what in told)
                if check.outcome == "fail":
                    told.add(what)
            elif check is group[0] and group is waiting:
                self._fold("not started", waiting, f"{len(waiting)} still to write")
            elif check is group[0] and group is held:
                self._fold("blocked", held, f"{len(held)} more checks")
                for message in dict.fromkeys(check.message for check in held):
                    self._lines.paragraph(message, "dim")
            elif check is group[0]:
                all_ = len(passed) == len(checks)
                said = f"all {len(passed)}" if all_ else f"{len(passed)} of {len(checks)}"
                self._fold("pass", passed, f"{said} checks passed")

    def _fold(self, kind: str, group: Sequence[CheckResult], said: str) -> None:
        earned, possible = sum(check.points for check in group), sum(check.max_points for check in group)
        self._lines.marked(kind, f"{group[0].unit} · {said}", f"{earned:g} / {possible:g}")

    def _show_check(self, check: CheckResult, again: bool = False) -> None:
        kind = kind_of(check)
        earned = "pending" if check.outcome == "fault" else f"{check.points:g}"
        self._lines.marked(kind, f"{check.unit} · {check.title}", f"{earned} / {check.max_points:g}")
        if again:
            self._lines.paragraph(f"as above: {check.message}", "dim")
        elif kind != "pass":
            self._explain(check, "dim" if kind in ("blocked", "not started") else "")

    def _explain(self, check: CheckResult, style: str = "") -> None:
        """The message, then the hint, with the place at the right of the first line that has room for it."""
        rows = [Text("  ") + line for line in self._lines.wrap(check.message, self._lines.width - 2, style)]
        if check.hint:
            room = self._lines.width - 8 - (len(check.place) + 2 if check.place else 0)
            hints = [Text(" " * 8) + line for line in self._lines.wrap(check.hint, room)]
            hints[0] = styled("  hint  ", "cyan") + hints[0][8:]
            hints[0] += self._lines.right(check.place, self._lines.width - hints[0].cell_len)
            rows += hints
        elif check.place and rows and rows[-1].cell_len + len(check.place) + 2 <= self._lines.width:
            rows[-1] += self._lines.right(check.place, self._lines.width - rows[-1].cell_len)
        elif check.place:
            rows.append(self._lines.right(check.place, self._lines.width))
        for row in rows:
            self._lines.print(row)

    def _show_notices(self, result: Result) -> None:
        found = [check for check in result.checks if check.is_remark]
        if not found and not result.notices:
            return
        self._lines.print()
        self._lines.print(Text("Notices, without points", style="bold"))
        for sentence in result.notices:
            self._lines.marked("notice", sentence, "")
        for check in found:
            self._lines.marked("notice", f"{check.unit} · {check.title}", "")
            self._explain(check)

    def _of_all(self, result: Result) -> str:
        """The points of the whole assignment, where all that students have was checked and that is less."""
        entries = [entry for entry in self._assignment.checks.values() if entry.enabled]
        here = sum(entry.points for entry in entries if entry.visibility == "visible")
        everything = here + self._assignment.points_of_hidden_checks
        whole = abs(here - result.max_score) < 1e-6 < everything - here
        return f" here ({everything:g} with the hidden checks)" if whole else ""


def _draws(console: Console) -> bool:
    """Whether a bar can be drawn, and taken back."""
    return console.is_terminal and not console.is_dumb_terminal and fits("━╸╺", console.encoding)


def show_protections(protections: Sequence[Protection], console: Console | None = None) -> bool:
    """The table of `doctor`; True when every protection holds."""
    from importlib.metadata import PackageNotFoundError, version

    console = console or Console(highlight=False)
    table = Table("protection", "holds", "", box=None, pad_edge=False)
    for protection in protections:
        holds = Text("yes", style="green") if protection.holds else Text("no", style="bold red")
        table.add_row(
            printable(protection.name, console.encoding),
            holds,
            printable(protection.sentence, console.encoding),
        )
    console.print(table)
    found = []
    for package in ("torch", "numpy", "pytest"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} is not installed")
    console.print(f"Python {sys.version.split()[0]}, {', '.join(found)}, on {sys.platform}", soft_wrap=True)
    return all(each.holds for each in protections)
