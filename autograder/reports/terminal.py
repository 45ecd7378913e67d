"""A result in the terminal: a line per check, a sentence and a hint per failure, one thing to do next."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from autograder.course.config import FILE_NAME, Assignment
from autograder.reports.worked import drawn
from autograder.results import CheckResult, Result, pending_sentence
from autograder.sandbox import Protection

MAX_WIDTH = 100
FOLD = 3  # so many checks of a unit with the same outcome become one line, failures aside

MARKS = {"pass": "✓", "fail": "✗", "blocked": "∘", "fault": "!", "not started": "·", "notice": "i"}
STYLES = {"pass": "green", "fail": "red", "blocked": "yellow", "fault": "bold magenta", "notice": "cyan"}
# What stands for a character that a terminal cannot show, behind it.
_NEAREST = """✓+ ✗x ∘o ·. ⊙* ×x −- –- —- …... →-> ≤<= ≥>= ≠!= σsigma ’' ‘' “" ”" ∈in ℓl"""
_PLAIN = {pair[0]: pair[1:] for pair in _NEAREST.split()}


class Terminal:
    """Shows progress while checks run, used as a context manager, and then the result."""

    def __init__(self, assignment: Assignment, console: Console | None = None) -> None:
        self._assignment = assignment
        self._console = console or Console(highlight=False)
        self._width = min(self._console.width, MAX_WIDTH)
        # No refreshing thread: the process forks while this is shown.
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
            disable=not self._console.is_terminal or not fits("━╸╺", self._console.encoding),
        )

    def __enter__(self) -> Terminal:
        self._progress.start()
        self._task = self._progress.add_task(self._say(self._assignment.title), total=None)
        self._progress.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def plan(self, checks: Sequence[object]) -> None:
        """So many checks will run."""
        self._progress.update(self._task, total=len(checks), refresh=True)

    def note(self, verdict: CheckResult) -> None:
        """One of them is done."""
        self._progress.update(self._task, advance=1, refresh=True)

    def show(self, result: Result, own: Path | None = None) -> None:
        """The whole result. `own` is the path of a student who checks their own work; None for a grader."""
        counted = [check for check in result.checks if not check.is_notice]
        self._print(Text(self._say(self._assignment.title), style="bold"))
        for unit in self._assignment.units:
            self._show_unit([check for check in counted if check.unit == unit])
        self._show_notices(result)
        self._print()
        self._show_end(result, counted, own)

    # -- parts -----------------------------------------------------------------------------------------------

    def _show_unit(self, checks: Sequence[CheckResult]) -> None:
        """What passed in one line, what failed one by one, then what waits; the page has every check."""
        passed = [check for check in checks if check.outcome == "pass"]
        waiting = [check for check in checks if not check.started]
        held = [check for check in checks if check.outcome == "blocked"]
        many = [group for group in (passed, waiting, held) if len(group) >= FOLD]
        if passed in many:
            said = f"{len(passed)} of {len(checks)} checks passed"
            self._fold(
                "pass", passed, f"all {len(passed)} checks passed" if len(passed) == len(checks) else said
            )
        told: set[tuple[str, str, str]] = set()
        for check in checks:
            if not any(check in group for group in many):
                what = (check.message, check.hint, check.place)
                self._show_check(check, again=check.started and what in told)
                if check.outcome == "fail":
                    told.add(what)
        if waiting in many:
            self._fold("not started", waiting, f"{len(waiting)} still to write")
        if held in many:
            self._fold("blocked", held, f"{len(held)} more checks")
            for message in dict.fromkeys(check.message for check in held):
                self._paragraph(message, "dim")

    def _fold(self, kind: str, group: Sequence[CheckResult], said: str) -> None:
        earned, possible = sum(check.points for check in group), sum(check.max_points for check in group)
        self._line(kind, STYLES.get(kind, "dim"), f"{group[0].unit} · {said}", f"{earned:g} / {possible:g}")

    def _show_check(self, check: CheckResult, again: bool = False) -> None:
        kind = check.outcome if check.started else "not started"
        style = STYLES.get(kind, "dim")
        earned = "pending" if check.outcome == "fault" else f"{check.points:g}"
        self._line(kind, style, f"{check.unit} · {check.title}", f"{earned} / {check.max_points:g}")
        if again:
            self._paragraph(f"as above: {check.message}", "dim")
        elif kind != "pass":
            self._explain(check, "dim" if kind in ("blocked", "not started") else "")

    def _explain(self, check: CheckResult, style: str = "") -> None:
        """The message, then the hint, with the place at the right of the first line that has room for it."""
        rows = [Text("  ") + line for line in self._wrap(check.message, self._width - 2, style)]
        if check.hint:
            room = self._width - 8 - (len(check.place) + 2 if check.place else 0)
            hints = [Text(" " * 8) + line for line in self._wrap(check.hint, room)]
            hints[0] = Text("  hint  ", style="cyan") + hints[0][8:]
            hints[0] += self._right(check.place, self._width - hints[0].cell_len)
            rows += hints
        elif check.place and rows and rows[-1].cell_len + len(check.place) + 2 <= self._width:
            rows[-1] += self._right(check.place, self._width - rows[-1].cell_len)
        elif check.place:
            rows.append(self._right(check.place, self._width))
        for row in rows:
            self._print(row)

    def _show_notices(self, result: Result) -> None:
        found = [check for check in result.checks if check.is_remark]
        if not found and not result.notices:
            return
        self._print()
        self._print(Text("Notices, without points", style="bold"))
        for sentence in result.notices:
            self._line("notice", STYLES["notice"], sentence, "")
        for check in found:
            self._line("notice", STYLES["notice"], f"{check.unit} · {check.title}", "")
            self._explain(check)

    def _show_end(self, result: Result, counted: Sequence[CheckResult], own: Path | None) -> None:
        score = Text(f"{result.score:g} of {result.max_score:g} points", style="bold")
        score += Text(self._of_all(result) if own is not None else "")
        if result.pending:
            score += Text(f", {result.pending:g} pending", style=STYLES["fault"])
        passed = sum(check.outcome == "pass" for check in counted)
        self._print(score + f", {passed} of {len(counted)} checks passed, in {result.seconds:.1f} seconds.")
        if result.faults:
            advice = "A person has to decide." if own is None else "Tell your teacher."
            self._paragraph(f"{pending_sentence(result)} {advice}", STYLES["fault"], indent="")
        if own is None and self._assignment.sentence_for_graders:
            self._paragraph(f"{self._assignment.sentence_for_graders} ({FILE_NAME})", indent="")
        if own is None:
            self._paragraph(f"Seed {result.seed} repeats this grading.", "dim", indent="")
            return
        failed = next((check for check in counted if check.outcome == "fail" and check.started), None)
        fresh = next((check for check in counted if not check.started), None)
        if failed is not None:
            self._paragraph(f"Next: {failed.unit} · {failed.title}", indent="")
            if failed.worked is not None:
                self._print()
                self._console.print(drawn(failed.worked, self._say), width=self._width)
        elif fresh is not None:
            where = f" ({fresh.place})" if fresh.place else ""
            self._paragraph(f"Next to write: {fresh.unit} · {fresh.title}{where}", indent="")
        elif not result.faults:
            self._paragraph(
                "All that was checked is right. Your graders check more, with other numbers.", indent=""
            )

    def _of_all(self, result: Result) -> str:
        """The points of the whole assignment, where all that students have was checked and that is less."""
        entries = [entry for entry in self._assignment.checks.values() if entry.enabled]
        here = sum(entry.points for entry in entries if entry.visibility == "visible")
        everything = here + self._assignment.points_of_hidden_checks
        whole = abs(here - result.max_score) < 1e-6 < everything - here
        return f" here ({everything:g} with the hidden checks)" if whole else ""

    # -- lines -----------------------------------------------------------------------------------------------

    def _line(self, kind: str, style: str, text: str, right: str) -> None:
        """A mark, wrapped text that hangs under itself, and something at the right of the first line."""
        first, *rest = self._wrap(text, self._width - 2 - (len(right) + 2 if right else 0)) or [Text()]
        row = Text(self._say(MARKS[kind]) + " ", style=style) + first
        self._print(row + self._right(right, self._width - row.cell_len))
        for line in rest:
            self._print(Text("  ") + line)

    def _paragraph(self, text: str, style: str = "", indent: str = "  ") -> None:
        for line in self._wrap(text, self._width - len(indent), style):
            self._print(Text(indent) + line)

    def _wrap(self, text: str, width: int, style: str = "") -> list[Text]:
        lines = Text(self._say(" ".join(text.split())), style=style).wrap(self._console, max(width, 20))
        for line in lines:
            line.rstrip()
        return list(lines)

    def _right(self, text: str, space: int) -> Text:
        text = self._say(text)
        return Text(" " * max(space - len(text), 1 if text else 0) + text, style="dim")

    def _say(self, text: str) -> str:
        return printable(text, self._console.encoding)

    def _print(self, line: Text | None = None) -> None:
        self._console.print(line if line is not None else Text(), soft_wrap=True)


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


def fits(text: str, encoding: str) -> bool:
    """Whether a terminal of this encoding can show the text."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def printable(text: str, encoding: str) -> str:
    """The text with what the terminal cannot show replaced by the nearest that it can."""
    if fits(text, encoding):
        return text
    shown = []
    for char in text:
        if not fits(char, encoding):
            plain = _PLAIN.get(char) or unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
            char = plain or ("" if unicodedata.combining(char) else "?")
        shown.append(char)
    return "".join(shown)
