"""Collects the checks of an assignment: pytest finds the functions, and nothing of it is needed afterwards.

No file of a submission is ever on its path, and no setting of its user's takes part.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder.course import check_files
from autograder.course.config import Assignment, Check, Config, ConfigError
from autograder.course.words import did_you_mean
from autograder.diagnosis import equations, worked
from autograder.diagnosis import table as diagnosis
from autograder.diagnosis.equations import Equations
from autograder.diagnosis.table import Table
from autograder.diagnosis.worked import Examples
from autograder.results import CheckResult, Outcome
from autograder.sandbox.wire.text import sentence

_WITHOUT = (  # pytest's own plugins that have no part in grading
    "terminal cacheprovider warnings logging faulthandler doctest unittest junitxml pastebin debugging "
    "stepwise setuponly setupplan unraisableexception threadexception legacypath recwarn subtests"
)
_OPTIONS = ["--collect-only", "--import-mode=importlib", "--assert=plain", "--noconftest", "--capture=no"]
_OPTIONS += [option for name in _WITHOUT.split() for option in ("-p", f"no:{name}")]

ARGUMENTS = ("student", "draw", "thresholds", "submission", "say")  # that a check can ask for
MAX_MESSAGE, MAX_HINT, MAX_PLACE = 2_000, 600, 200  # characters of a verdict


class GraderFault(Exception):
    """The harness cannot grade at all (a check file that does not import, say); the text is one sentence."""


@dataclass(frozen=True)
class Planned:
    """One collected check, ready to be called with what `arguments` name.

    `needs` are the ids of the checks that must pass before it.
    """

    id: str
    unit: str
    title: str
    entry: Check
    needs: tuple[str, ...]
    fresh_worker: bool
    function: Callable[..., None]
    arguments: tuple[str, ...]

    def verdict(
        self,
        outcome: Outcome,
        message: str = "",
        *,
        hint: str = "",
        place: str = "",
        started: bool = True,
        seconds: float = 0.0,
        span: tuple[int, int] | None = None,
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
            span=span,
        )


@dataclass(frozen=True)
class Checks:
    """The enabled checks of one assignment, in the order of the configuration, and what its mistakes answer.

    `examples` are small ones for whoever failed a visible check, `equations` those that code computes which
    goes its own way.
    `at_home`: hidden ones were left unread, and all draws are canonical. `replaced` holds, by id, the visible
    checks whose place hidden ones take. `version` is their `checks_version`.
    """

    assignment: Assignment
    planned: tuple[Planned, ...]
    table: Table
    at_home: bool
    replaced: Mapping[str, Planned] = field(default_factory=dict)
    version: str = ""
    examples: Examples = field(default_factory=Examples)
    equations: Equations = field(default_factory=Equations)

    def on(self, device: str) -> Checks:
        """The same, with the time that they have on a device."""
        limits = self.assignment.limits.on(device)
        return replace(self, assignment=self.assignment.model_copy(update={"limits": limits}))


def collect(config: Config, assignment: Assignment, which: str) -> Checks:
    """Collect tests/visible (and, for `which` "all", tests/hidden) of the assignment.

    Raises ConfigError where these and the configuration disagree, GraderFault for a file that cannot be read.
    """
    if sys.flags.optimize > 1:
        raise ConfigError(
            "Python leaves docstrings out (-OO, or PYTHONOPTIMIZE is 2), which are the checks' titles: "
            "run it without."
        )
    folders = check_folders(config, assignment, which)
    root = config.root
    names = [str(folder.relative_to(root)) for folder in folders]
    collector = _Collector(Path.cwd())
    with warnings.catch_warnings(), _importing_tests_of(str(root)), _undisturbed():
        warnings.simplefilter("ignore")
        os.chdir(root)  # pytest takes a `[` or `::` in a path for the name of a test: it gets short ones
        here = ["-c", os.devnull, "--rootdir", ".", "--confcutdir", "."]  # or it lists all folders above, too
        code = pytest.main([*_OPTIONS, *here, *names], plugins=[collector])
    if collector.error is not None:
        raise collector.error
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise GraderFault(f"The checks could not be collected (pytest ended with {code}).")
    _nothing_is_lost(config, assignment, folders, collector.found)
    table = Table.read(folder / diagnosis.FILE for folder in folders)
    replaced: dict[str, Planned] = {}
    planned = plan(root, assignment, collector.found, replaced)
    version = checks_version(config, assignment, which)
    examples = Examples.read(folder / worked.FILE for folder in folders)
    wrong = Equations.read(folder / equations.FILE for folder in folders)
    return Checks(assignment, planned, table, which == "visible", replaced, version, examples, wrong)


def _nothing_is_lost(
    config: Config, assignment: Assignment, folders: Sequence[Path], items: Sequence[pytest.Function]
) -> None:
    """Raise GraderFault when a file defines a check that pytest did not find: it would judge nobody."""
    collected = {(item.path.resolve(), check_id(item)) for item in items}
    kinds = {folder.parent.name for folder in folders}
    for each in check_files.find(config.root, assignment.name):
        if each.kind in kinds and ((config.root / each.where).resolve(), each.id) not in collected:
            raise GraderFault(f"{each.where} defines {each.id}, but pytest does not collect it.")


@dataclass
class _Collector:
    """The plugin that is handed to pytest."""

    here: Path
    found: list[pytest.Function] = field(default_factory=list)
    error: BaseException | None = None

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, name: str, obj: object) -> object:
        return foreign(collector, name, obj)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.error is None:
            last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
            self.error = GraderFault(f"{report.nodeid} cannot be collected: {last}")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.error = self.error or excinfo.value
        return True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.found = [item for item in session.items if isinstance(item, pytest.Function)]


def foreign(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """No item for a check that a file imports, to say that another one needs it; None: pytest's own way."""
    if not (name.startswith("test_") and isinstance(collector, pytest.Module)):
        return None
    origin = getattr(obj, "__module__", "")
    there = getattr(sys.modules.get(origin), name, None)
    return [] if there is obj and origin != collector.obj.__name__ else None


def check_id(item: pytest.Function) -> str:
    """`unit::name` of test_name in test_unit.py."""
    return f"{item.path.stem.removeprefix('test_')}::{item.name.removeprefix('test_')}"


def title_of(item: pytest.Function) -> str:
    """The first sentence of a check's docstring, on one line."""
    return " ".join(inspect.cleandoc(item.obj.__doc__ or item.name).split("\n\n")[0].split())


def needs_of(item: pytest.Function, ids: dict[object, str]) -> tuple[str, ...]:
    """The ids of what a check needs; `ids` knows those of functions."""
    unit = check_id(item).partition("::")[0]
    found = []
    for mark in item.iter_markers("needs"):
        for need in mark.args:
            name = ids.get(need) or (need if isinstance(need, str) else _id_of(need))
            found.append(name if "::" in name else f"{unit}::{name}")
    return tuple(found)


def _id_of(function: Callable[..., None]) -> str:
    """The id of a check that was not collected, where only a part of the files was.

    A variant bears the name of the check that it varies: its own is the one that its module knows it by.
    """
    home = sys.modules.get(function.__module__)
    known = vars(home).items() if home is not None else ()
    name = next((name for name, each in known if each is function), function.__name__)
    unit = function.__module__.rpartition(".")[2].removeprefix("test_")
    return f"{unit}::{name.removeprefix('test_')}"


def plan(
    root: Path,
    assignment: Assignment,
    items: Sequence[pytest.Function],
    replaced: dict[str, Planned] | None = None,
) -> tuple[Planned, ...]:
    """The checks in the order of the configuration.

    One that only the grader has takes the place of a visible one of the same id, which goes to `replaced`:
    that is how a check with recorded answers, which anybody may learn by heart, is judged by a reference.
    """
    planned: dict[str, Planned] = {}
    hidden: dict[str, bool] = {}  # whether only the grader has it
    ids: dict[object, str] = {item.obj: check_id(item) for item in items}
    entries = assignment.checks
    root = root.resolve()
    for item in items:
        name = check_id(item)
        unit, _, short = name.partition("::")
        where = item.path.relative_to(root).as_posix()
        secret = "hidden" in item.path.relative_to(root).parts[:2]
        if name in planned and (hidden[name] or not secret):
            raise ConfigError(
                f"{where} defines {item.name} once more: {name} must be the id of one check only."
            )
        if name not in entries:
            raise ConfigError(
                f"{where} defines {item.name}, but grading_config.yaml has no entry for it: add "
                f"{short} under {assignment.name}, units, {unit}, checks."
            )
        strange = [argument for argument in item.fixturenames if argument not in ARGUMENTS]
        if strange:
            raise ConfigError(
                f"{where}: {item.name} asks for `{strange[0]}`, which no check gets"
                f"{did_you_mean(strange[0], ARGUMENTS)}; there are {', '.join(ARGUMENTS)}."
            )
        hidden[name] = secret
        if name in planned and replaced is not None:
            replaced[name] = planned[name]
        planned[name] = Planned(
            id=name,
            unit=unit,
            title=title_of(item),
            entry=entries[name],
            needs=needs_of(item, ids),
            fresh_worker=next(item.iter_markers("fresh_worker"), None) is not None,
            function=item.obj,
            arguments=tuple(item.fixturenames),
        )
    for plan in planned.values():
        for need in plan.needs:
            if need not in entries:
                raise ConfigError(f"{plan.id} needs {need}, which is no check{did_you_mean(need, entries)}.")
    return tuple(planned[name] for name, entry in entries.items() if entry.enabled and name in planned)


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


def checks_version(config: Config, assignment: Assignment, which: str) -> str:
    """A short hash of the check files and of the assignment's configuration."""
    digest = hashlib.sha256(assignment.model_dump_json().encode())
    digest.update(files_digest(config, assignment, which))
    return digest.hexdigest()[:10]


def files_digest(config: Config, assignment: Assignment, which: str) -> bytes:
    """A hash of the check files, and of what lies beside them."""
    digest = hashlib.sha256()
    for folder in check_folders(config, assignment, which):
        files = (path for pattern in ("*.py", "*.json") for path in folder.rglob(pattern))
        for path in sorted(files):
            if not any(part.startswith(".") for part in path.relative_to(folder).parts):
                name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
                digest.update(b"%s\0%d\0%s" % (name, len(content), content))
    return digest.digest()
