"""The pytest plugin behind `grade`: collects checks, gives them fixtures, turns errors into verdicts.

pytest finds the functions and their fixtures; its output, cache and other plugins take no part, and no
file of a submission is ever on its path.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import inspect
import os
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from autograder.checks import CannotJudge, Draw, Mismatch, NotStarted
from autograder.checks.learning import Thresholds
from autograder.checks.student import Student
from autograder.course.config import Assignment, Check, Config, ConfigError, did_you_mean
from autograder.diagnosis import table as diagnosis
from autograder.diagnosis.table import Table, Trace
from autograder.diagnosis.traced import WatchedStudent
from autograder.results import CheckResult, Outcome
from autograder.sandbox import Workers
from autograder.sandbox.wire.errors import SandboxFault, StudentFailure, StudentRaised, StudentStopped
from autograder.sandbox.wire.text import sentence
from autograder.submission import Submission
from autograder.submission.hints import quoted

_WITHOUT = (  # pytest's own plugins that have no part in grading
    "terminal cacheprovider warnings logging faulthandler doctest unittest junitxml pastebin debugging "
    "stepwise setuponly setupplan unraisableexception threadexception legacypath recwarn subtests"
)
_OPTIONS = ["--import-mode=importlib", "--assert=plain", "--noconftest", "--capture=no"]
_OPTIONS += [option for name in _WITHOUT.split() for option in ("-p", f"no:{name}")]

MAX_MESSAGE, MAX_HINT, MAX_PLACE = 2_000, 600, 200  # characters of a verdict


class GraderFault(Exception):
    """The harness cannot grade at all (a check file that does not import, say); the text is one sentence."""


@dataclass(frozen=True)
class Planned:
    """One collected check, ready to run. `needs` are the ids of the checks that must pass before it."""

    id: str
    unit: str
    title: str
    entry: Check
    needs: tuple[str, ...]
    fresh_worker: bool
    item: pytest.Function

    def verdict(
        self,
        outcome: Outcome,
        message: str = "",
        *,
        hint: str = "",
        place: str = "",
        started: bool = True,
        seconds: float = 0.0,
    ) -> CheckResult:
        """The check's result. What it quotes of the student's is cleaned here, wherever it was before."""
        return CheckResult(
            id=self.id,
            title=self.title,
            unit=self.unit,
            outcome=outcome,
            max_points=self.entry.points,
            visibility=self.entry.visibility,
            message=sentence(message, MAX_MESSAGE),
            hint=sentence(hint, MAX_HINT),
            place=sentence(place, MAX_PLACE),
            started=started,
            seconds=seconds,
        )


class Checks:
    """The checks of one assignment as pytest collects them: the plugin that is handed to pytest."""

    def __init__(self, config: Config, assignment: Assignment, use: Callable[[Checks], None]) -> None:
        self._config, self.assignment, self._use = config, assignment, use
        self._at_home = False
        self._here = Path.cwd()
        self._error: BaseException | None = None
        self._raised: BaseException | None = None
        self._student: WatchedStudent | None = None
        self._submission: Submission | None = None
        self._draw, self._said = Draw(), ""
        self.planned: tuple[Planned, ...] = ()
        self.table = Table()
        self.held_against = Thresholds({})  # of the last check that has any
        self.stopped: set[str] = set()  # the unit's checks to which the code gave no answer

    # -- collecting ------------------------------------------------------------------------------------------

    def collect_and_use(self, which: str) -> None:
        """Collect tests/visible (and, for `which` "all", tests/hidden) of the assignment, then call `use`."""
        if sys.flags.optimize > 1:
            raise ConfigError(
                "Python leaves docstrings out (-OO, or PYTHONOPTIMIZE is 2), which are the checks' titles: "
                "run it without."
            )
        folders = check_folders(self._config, self.assignment, which)
        self.table = Table.read(folder / diagnosis.FILE for folder in folders)
        self._at_home = which == "visible"
        root = self._config.root
        names = [str(folder.relative_to(root)) for folder in folders]
        with warnings.catch_warnings(), _importing_tests_of(str(root)), _undisturbed():
            warnings.simplefilter("ignore")
            os.chdir(root)  # pytest takes a `[` or `::` in a path for the name of a test: it gets short ones
            code = pytest.main([*_OPTIONS, "-c", os.devnull, "--rootdir", ".", *names], plugins=[self])
        if self._error is not None:
            raise self._error
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            raise GraderFault(f"The checks could not be collected (pytest ended with {code}).")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self._error is None:
            last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
            self._error = GraderFault(f"{report.nodeid} cannot be collected: {last}")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self._error = self._error or excinfo.value
        return True

    def pytest_collection_finish(self) -> None:
        """Go back to where the caller stands: paths that are opened from now on are the caller's."""
        os.chdir(self._here)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        if self._error is None:
            try:
                self.planned = self._plan(
                    [item for item in session.items if isinstance(item, pytest.Function)]
                )
                self._use(self)
            except BaseException as error:  # carried past pytest, which would swallow an interrupt
                self._error = error
        return True

    def _plan(self, items: list[pytest.Function]) -> tuple[Planned, ...]:
        """The checks by id. One that only the grader has takes the place of a visible one of the same id:

        that is how a check with recorded answers, which anybody may learn by heart, is judged by a reference.
        """
        planned: dict[str, Planned] = {}
        hidden: dict[str, bool] = {}  # whether only the grader has it
        entries = self.assignment.checks
        root = self._config.root.resolve()
        for item in items:
            unit = item.path.stem.removeprefix("test_")
            name = f"{unit}::{item.name.removeprefix('test_')}"
            where = item.path.relative_to(root).as_posix()
            secret = "hidden" in item.path.relative_to(root).parts[:2]
            if name in planned and (hidden[name] or not secret):
                raise ConfigError(
                    f"{where} defines {item.name} once more: {name} must be the id of one check only."
                )
            if name not in entries:
                raise ConfigError(
                    f"{where} defines {item.name}, but grading_config.yaml has no entry for it: add "
                    f"{name.partition('::')[2]} under {self.assignment.name}, units, {unit}, checks."
                )
            hidden[name] = secret
            needs = [need for mark in item.iter_markers("needs") for need in mark.args]
            planned[name] = Planned(
                id=name,
                unit=unit,
                title=" ".join(inspect.cleandoc(item.function.__doc__ or item.name).split("\n\n")[0].split()),
                entry=entries[name],
                needs=tuple(need if "::" in need else f"{unit}::{need}" for need in needs),
                fresh_worker=next(item.iter_markers("fresh_worker"), None) is not None,
                item=item,
            )
        for plan in planned.values():
            for need in plan.needs:
                if need not in entries:
                    raise ConfigError(
                        f"{plan.id} needs {need}, which is no check{did_you_mean(need, entries)}."
                    )
        return tuple(planned[name] for name, entry in entries.items() if entry.enabled and name in planned)

    # -- running ---------------------------------------------------------------------------------------------

    def open_unit(self, unit: str, submission: Submission, workers: Workers) -> None:
        """Give the checks that follow a student of their own; its worker starts with the first use."""
        entry = self.assignment.units[unit]
        self._submission = submission
        self.stopped = set()
        self._student = WatchedStudent(
            workers,
            submission.program,
            limits=self.assignment.limits.of_worker(),
            refuse=entry.refuse_recurrent_layers,
        )
        self._student.names = frozenset(name for names in entry.files.values() for name in names)

    @property
    def raised(self) -> BaseException | None:
        """What the last check raised."""
        return self._raised

    def close_unit(self) -> None:
        if self._student is not None:
            self._student.fresh()
        self._student = None

    def run(self, check: Planned, seed: int) -> CheckResult:
        """Run one check; `seed` is the submission's."""
        assert self._submission is not None
        assert self._student is not None
        self._draw = Draw(0 if self._at_home else draw_seed(seed, check.id))
        start = time.perf_counter()
        self._perform(check)
        seconds = time.perf_counter() - start
        if isinstance(self._raised, StudentStopped):
            self.stopped.add(check.id)
        verdict = verdict_of(check, self._raised, self._submission, self._student, seconds)
        said = sentence(self._said, MAX_MESSAGE)
        return dataclasses.replace(verdict, message=said) if verdict.outcome == "pass" else verdict

    def trace(self, check: Planned, number: int, last: bool = False) -> Trace | None:
        """What the student's code answers when a check runs on a canonical draw with symmetric weights.

        None when it gave no answer in time, or the grader failed. An exception is no answer: what is said
        of it may be said of anything, so that only what came before it tells one mistake from another.
        """
        assert self._student is not None
        trace = Trace()
        self._draw = Draw(number, symmetric=True)
        self._student.watch(trace, number, last)
        try:
            self._perform(check)
        finally:
            self._student.watch(None)
        return trace if isinstance(self._raised, StudentRaised | Mismatch | None) else None

    def measure(self, check: Planned, seed: int) -> Thresholds:
        """Run a check on a seed of its own, and give what it held against its thresholds."""
        self._draw, self.held_against = Draw(draw_seed(seed, check.id)), Thresholds({})
        self._perform(check)
        return self.held_against

    def _perform(self, check: Planned) -> None:
        """Let pytest run a check; what it raised is kept."""
        assert self._student is not None
        self._raised, self._said = None, ""
        self._student.begin(check.title)
        if check.fresh_worker:
            self._student.fresh()
        runtestprotocol(check.item, log=False, nextitem=None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first error of a check; a report without a traceback is all that pytest gets."""
        if call.excinfo is not None and self._raised is None:
            self._raised = call.excinfo.value
        return pytest.TestReport(
            item.nodeid,
            item.location,
            {},
            "failed" if call.excinfo else "passed",
            None,
            call.when,  # type: ignore[arg-type]
        )

    # -- fixtures --------------------------------------------------------------------------------------------

    @pytest.fixture
    def student(self) -> Student:
        """The student's code, running elsewhere."""
        assert self._student is not None
        return self._student

    @pytest.fixture
    def draw(self) -> Draw:
        """Numbers of this check: canonical at home, from the submission's seed at the grader's."""
        return self._draw

    @pytest.fixture
    def thresholds(self, request: pytest.FixtureRequest) -> Thresholds:
        """The numbers of grading_config.yaml that this check's outcome is held against."""
        (check,) = (check for check in self.planned if check.item is request.node)
        self.held_against = Thresholds(check.entry.thresholds)
        return self.held_against

    @pytest.fixture
    def submission(self) -> Submission:
        """The submission itself, for checks that read its report or its notebook's outputs."""
        assert self._submission is not None
        return self._submission

    @pytest.fixture
    def say(self) -> Callable[[str], None]:
        """A sentence to be shown although the check passes."""

        def say(sentence: str) -> None:
            self._said = sentence

        return say


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Within it, pytest has no settings of its user's; afterwards environment and folder are as before."""
    environment, folder = dict(os.environ), Path.cwd()
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


@contextlib.contextmanager
def _importing_tests_of(root: str) -> Iterator[None]:
    """Within it, `tests.visible.<assignment>.<module>` is a file of this root, and of no other's."""
    others = {name: sys.modules.pop(name) for name in _modules_of_tests()}
    package = sys.modules["tests"] = types.ModuleType("tests")
    package.__path__ = [str(Path(root, "tests"))]
    try:
        yield
    finally:
        for name in _modules_of_tests():
            del sys.modules[name]
        sys.modules.update(others)


def _modules_of_tests() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] == "tests"]


def check_folders(config: Config, assignment: Assignment, which: str) -> list[Path]:
    """The folders that hold the assignment's checks. Raises ConfigError when there are none."""
    kinds = ["visible"] if which == "visible" else ["visible", "hidden"]
    folders = [config.root / "tests" / kind / assignment.name for kind in kinds]
    found = [folder for folder in folders if folder.is_dir()]
    if not found:
        raise ConfigError(f"There are no checks for {assignment.name}: {folders[0]} does not exist.")
    return found


def draw_seed(seed: int, check: str) -> int:
    """The seed of one check's draws at the grader's, 63 bits."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{check}".encode()).digest()[:8], "big") >> 1


def verdict_of(
    check: Planned,
    error: BaseException | None,
    submission: Submission,
    student: WatchedStudent,
    seconds: float,
) -> CheckResult:
    """The verdict that an error of a check stands for; none is a pass."""
    verdict = functools.partial(check.verdict, seconds=seconds)
    if error is None:
        return verdict("pass")
    if isinstance(error, Mismatch):
        place = error.place or submission.place_of(student.about(error.message))
        started = not isinstance(error, NotStarted)
        message = _without_texts(error) if check.entry.visibility == "hidden" else error.message
        return verdict("fail", message, hint=error.hint, place=place, started=started)
    if isinstance(error, StudentRaised):
        place = submission.place(*error.frames[-1]) if error.frames else submission.place_of(student.about())
        if error.kind == "NotImplementedError" and error.frames and submission.is_stub(*error.frames[-1]):
            return verdict("fail", "not started (raises NotImplementedError)", place=place, started=False)
        about, owners = student.about(), [submission.owner(*frame) for frame in error.frames]
        # The outermost frame of what a function of the student's own decorates is that function's.
        who = about if about in owners or not owners else owners[0]
        who = who or "The code"
        # The text may hold the numbers that the code was given, which nobody sees of a hidden check.
        shown = check.entry.visibility == "visible"
        said = quoted(error.kind, error.text) if shown else error.kind
        hint = submission.hint_for(error, quote=shown)
        files = [filename for filename, _ in error.frames]
        waits = who == files[0] != files[-1] if files else False  # while one file imported another
        whole = f"{who} waits for {files[-1]}, which raised {said}" if waits else f"{who} raised {said}"
        return verdict("fail", whole, hint=hint, place=place)
    if isinstance(error, StudentFailure):
        return verdict("fail", error.sentence, place=submission.place_of(student.about()))
    if isinstance(error, MemoryError):
        return verdict("fail", TOO_LARGE, place=submission.place_of(student.about()))
    said = (
        str(error) if isinstance(error, (SandboxFault, CannotJudge)) else f"{type(error).__name__}: {error}"
    )
    return verdict("fault", said if isinstance(error, CannotJudge) else f"The grader failed here: {said}")


TOO_LARGE = "What your code returned takes too much memory to be judged."


def _without_texts(error: Mismatch) -> str:
    """The message without the texts of the student's exceptions that it came from."""
    message, seen = error.message, error.__context__
    while seen is not None:
        if isinstance(seen, StudentRaised) and seen.text:
            message = message.replace(f": {seen.text}", "").replace(seen.text, "…")
        seen = seen.__context__
    return message


def checks_version(config: Config, assignment: Assignment, which: str) -> str:
    """A short hash of the check files and of the assignment's configuration."""
    digest = hashlib.sha256(assignment.model_dump_json().encode())
    for folder in check_folders(config, assignment, which):
        files = (path for pattern in ("*.py", "*.json") for path in folder.rglob(pattern))
        for path in sorted(files):
            if not any(part.startswith(".") for part in path.relative_to(folder).parts):
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]
