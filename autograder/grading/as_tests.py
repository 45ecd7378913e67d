"""The checks as ordinary tests of pytest's: what `autograder check` says of them, as failures and skips."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from autograder import submission
from autograder.course import config as configuration
from autograder.course.config import ConfigError
from autograder.diagnosis.table import Table
from autograder.grading.collect import Checks, Planned, check_id, foreign, plan
from autograder.grading.session import Session
from autograder.sandbox import PortableWorkers, Workers


class ChecksAsTests:
    """The plugin of a course: runs what lies in tests/visible and tests/hidden; the rest is pytest's own.

    A check is skipped while one that it needs fails. Draws are those of home, hidden checks' too.
    """

    def __init__(self, config: pytest.Config, root: Path) -> None:
        self._root = root
        self._path: str | None = config.getoption("--submission")
        self._planned: dict[pytest.Item, Planned] = {}
        self._sessions: dict[tuple[str, str], Session] = {}  # by assignment and unit
        self._lost: dict[tuple[str, str], str] = {}  # by assignment and id, the title of what did not pass
        self._open = contextlib.ExitStack()
        self._workers: Workers | None = None

    def _assignment_of(self, path: Path) -> str | None:
        """The assignment whose checks a file holds; None for any other file."""
        parts = path.relative_to(self._root).parts if path.is_relative_to(self._root) else ()
        is_check = len(parts) > 3 and parts[0] == "tests" and parts[1] in ("visible", "hidden")
        return parts[2] if is_check else None

    # -- collecting ------------------------------------------------------------------------------------------

    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str, obj: object
    ) -> list[pytest.Item] | None:
        """Leave out what a file imports only to say that another check needs it."""
        return foreign(collector, name, obj) if self._assignment_of(collector.path) else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Plan all checks, before any is deselected."""
        folders: dict[Path, list[pytest.Function]] = {}
        for item in items:
            if isinstance(item, pytest.Function) and self._assignment_of(item.path):
                folders.setdefault(item.path.parent, []).append(item)
        try:
            course = configuration.load(self._root) if folders else None
            for folder, functions in folders.items():
                assert course is not None
                planned = plan(self._root, course.assignment(folder.name), functions)
                by_id = {check.id: check for check in planned}
                for item in functions:
                    if (check := by_id.get(check_id(item))) is not None:
                        self._planned[item] = check
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from None

    # -- running ---------------------------------------------------------------------------------------------

    @pytest.fixture
    def student(self) -> None:
        """What a check is given is the student's code, running elsewhere."""

    @pytest.fixture
    def draw(self) -> None:
        """What a check is given are the numbers of its draw."""

    @pytest.fixture
    def thresholds(self) -> None:
        """What a check is given are its bounds in grading_config.yaml."""

    @pytest.fixture
    def submission(self) -> None:
        """What a check is given is what was handed in."""

    @pytest.fixture
    def say(self) -> None:
        """What a check is given shows a sentence although it passes."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a check as `autograder check` does; its verdict is all that is shown."""
        name = self._assignment_of(pyfuncitem.path)
        if name is None:
            return None
        check = self._planned.get(pyfuncitem)
        if check is None:
            pytest.skip("switched off in grading_config.yaml")
        for need in check.needs:
            if (name, need) in self._lost:
                pytest.skip(f"waits for: {self._lost[name, need]}")
        verdict = self._session(name, check.unit).run(check, 0)
        if verdict.outcome != "pass" and verdict.is_notice:
            pytest.skip(f"a remark, which costs nothing: {verdict.text}")
        if verdict.outcome != "pass":
            self._lost[name, check.id] = check.title
            pytest.fail(f"{check.title}\n{verdict.text}", pytrace=False)
        return True

    def _session(self, name: str, unit: str) -> Session:
        """The student of a unit, with a process of their own, until the end of the run."""
        if (name, unit) not in self._sessions:
            assignment = configuration.load(self._root).assignment(name)
            path = Path(self._path) if self._path else self._root / "templates" / name
            try:
                handed_in = submission.read(path, assignment)
            except submission.Unreadable as error:
                pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
            if self._workers is None:
                self._workers = self._open.enter_context(PortableWorkers())
            checks = Checks(assignment, (), Table(), at_home=True)
            session = Session(checks, unit, handed_in, self._workers)
            self._sessions[name, unit] = self._open.enter_context(session)
        return self._sessions[name, unit]

    def pytest_sessionfinish(self) -> None:
        """Leave no process behind."""
        self._open.close()
