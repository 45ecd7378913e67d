"""In the helper: runs of a kernel become verdicts."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from rich.console import Console

from autograder.course.config import Assignment, Config, ConfigError, load
from autograder.grading.collect import Checks, GraderFault, collect
from autograder.grading.run import judge
from autograder.notebook.reading import UNDEFINED, read
from autograder.notebook.runs import Run, cells_of
from autograder.notebook.shown import Shown
from autograder.notebook.which import assignment_of
from autograder.records import Unwritten
from autograder.reports.focus import Focus, focus_of
from autograder.reports.fragment import fragment
from autograder.reports.terminal import Terminal
from autograder.results import CheckResult, Result
from autograder.sandbox import Workers
from autograder.submission import Submission, Unreadable

_WIDTH = 80  # of the text where no HTML is shown


class Checker:
    """The course at `root`; what it has once collected serves all later questions."""

    def __init__(self, root: Path, workers: Workers) -> None:
        self._root, self._workers = root, workers
        self._config: Config | None = None
        self._collected: dict[str, Checks] = {}

    def answer(self, runs: Sequence[Run], folder: Path, names: Collection[str], assignment: str) -> Shown:
        """The verdicts on what was run; a sentence where there can be none."""
        try:
            return self._check(runs, folder, names, assignment)
        except (ConfigError, Unreadable, Unwritten, GraderFault) as error:
            return Shown.sentence(str(error))
        except Exception as error:
            said = str(error).removesuffix(".")
            return Shown.sentence(f"The checks failed: {type(error).__name__}: {said}. Tell your teacher.")

    def _check(self, runs: Sequence[Run], folder: Path, names: Collection[str], named: str) -> Shown:
        self._config = self._config or load(self._root)
        cells = cells_of(runs)
        defined = {name for cell in cells for name in cell.binds}
        assignment = assignment_of(self._config, named, folder, {*defined, *names})
        if assignment.name not in self._collected:
            self._collected[assignment.name] = collect(self._config, assignment, "visible")
        submission = read(cells, folder, assignment)
        result = judge(
            self._collected[assignment.name],
            submission,
            workers=self._workers,
            seed=0,
            only=names or [key for key, unit in assignment.units.items() if unit.files],
        )
        result = _with_unrun(result, assignment, defined)
        html = fragment(*_in_here(result, focus_of(result, submission), assignment), assignment)
        return Shown(_as_text(result, submission, assignment), html)


def _with_unrun(result: Result, assignment: Assignment, defined: Collection[str]) -> Result:
    """With a hint where no cell defines what is missing; a stub may be that of a module beside."""
    known = {name for names in assignment.files.values() for name in names}

    def asked(check: CheckResult) -> CheckResult:
        unrun = [name for name in re.findall(r"\w+", check.title) if name in known and name not in defined]
        missing = not check.started or check.message.startswith(UNDEFINED)
        if check.hint or not unrun or not missing:
            return check
        return dataclasses.replace(check, hint=f"Is {unrun[0]} in a cell that was not run yet?")

    return dataclasses.replace(result, checks=tuple(asked(check) for check in result.checks))


def _in_here(result: Result, focus: Focus | None, assignment: Assignment) -> tuple[Result, Focus | None]:
    """The same without the notebook's name in front of its cells: it is this one."""

    def here(text: str) -> str:
        return text.replace(f"{assignment.notebook}, ", "").replace(f" of {assignment.notebook} ", " ")

    checks = tuple(
        dataclasses.replace(check, message=here(check.message), place=here(check.place))
        for check in result.checks
    )
    notices = tuple(here(notice) for notice in result.notices)
    if focus is not None:
        refused, message, place = here(f"{focus.refused} ").strip(), here(focus.message), here(focus.place)
        focus = dataclasses.replace(focus, refused=refused, message=message, place=place)
    return dataclasses.replace(result, checks=checks, notices=notices), focus


def _as_text(result: Result, submission: Submission, assignment: Assignment) -> str:
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None, highlight=False)
    with console.capture() as shown:
        Terminal(assignment, console).show_next(result, submission)
    return shown.get().rstrip()
