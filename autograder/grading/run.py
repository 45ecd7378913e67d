"""Grading one submission: which checks, in which order, in how many processes, and what became of them."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

import autograder
from autograder.checks import tolerances
from autograder.course.config import Assignment, Config, ConfigError, Unit
from autograder.course.words import did_you_mean
from autograder.diagnosis.table import Fingerprint, causes
from autograder.grading.collect import Checks, Planned, collect
from autograder.grading.environment import environment
from autograder.grading.processes import Listener, in_processes
from autograder.grading.session import Session
from autograder.results import CheckResult, Result, Verdicts
from autograder.sandbox import ForkedWorkers, Workers, self_test
from autograder.sandbox.wire.errors import SandboxFault
from autograder.submission import Submission

T = TypeVar("T")
Which = Literal["all", "visible"]


def grade(
    config: Config,
    assignment: Assignment,
    submission: Submission,
    *,
    workers: Workers,
    seed: int,
    which: Which = "all",
    only: Collection[str] = (),
    on_plan: Callable[[int], None] | None = None,
    on_result: Listener | None = None,
    processes: int = 2,
) -> Result:
    """Run the assignment's checks against a submission; the verdicts come in the order of the config.

    `which` "visible" leaves hidden checks unread. `only` narrows the run to units, check names or ids. `seed`
    gives the draws of hidden checks. `on_plan` hears once how many checks will run that count, `on_result` of
    each verdict as soon as there is one: it may still get another name, and a fault is tried again, alone.
    Up to `processes` units run at the same time when the workers can be shared by forked processes.
    Raises ConfigError when configuration and checks disagree, GraderFault when a check file does not import.
    """
    start = time.perf_counter()
    checks = collect(config, assignment, which)
    result = judge(
        checks,
        submission,
        workers=workers,
        seed=seed,
        only=only,
        on_plan=on_plan,
        on_result=on_result,
        processes=processes,
    )
    return dataclasses.replace(result, seconds=time.perf_counter() - start)


def judge(
    checks: Checks,
    submission: Submission,
    *,
    workers: Workers,
    seed: int,
    only: Collection[str] = (),
    stand: Verdicts | None = None,
    first: str = "",
    on_plan: Callable[[int], None] | None = None,
    on_result: Listener | None = None,
    processes: int = 2,
) -> Result:
    """As `grade`, with checks that were collected before: one collection serves many submissions.

    Verdicts in `stand`, by id, are told and kept as they are: those checks are not run. The unit `first` is
    run before all others, if it waits for none of them.
    """
    start = time.perf_counter()
    checks = checks.on(workers.device)
    assignment = checks.assignment
    verdicts: dict[str, CheckResult] = {}

    def note(verdict: CheckResult) -> None:
        first = verdict.id not in verdicts
        verdicts[verdict.id] = verdict
        if on_result is not None and first:
            on_result(verdict)

    with tolerances.on(workers.device):
        run = Run(checks, only, submission, workers, seed, stand, first)
        if on_plan is not None:
            on_plan(sum(each.entry.points > 0 for each in checks.planned if each.id in run.names))
        for verdict in run.stand.values():
            note(verdict)
        fault = _canary(workers)
        if fault is not None:
            for check in run.chosen:
                note(check.verdict("fault", f"The grader could not start: {fault}"))
        elif isinstance(workers, ForkedWorkers):
            in_processes(run, processes, assignment.limits.call_seconds, note)
        else:
            run.in_turn(note)
    found = tuple(verdicts[name] for name in assignment.checks if name in verdicts)
    return Result(
        assignment=assignment.name,
        seed=seed,
        checks=found,
        seconds=time.perf_counter() - start,
        grader_version=autograder.__version__,
        checks_version=checks.version,
        notices=submission.notices,
        digest=submission.digest,
        layers=workers.layers,
        environment=environment(workers.device),
        memory_mb=max((verdict.memory_mb for verdict in found), default=0.0),
    )


def _canary(workers: Workers) -> SandboxFault | None:
    """What a program that is known to be good meets in the sandbox, twice; None when all is well."""
    for attempt in (1, 2):
        try:
            self_test(workers)
        except SandboxFault as fault:
            if attempt == 2:
                return fault
        else:
            return None
    raise AssertionError


class Run:
    """The checks of one grading by unit, each unit in an order that puts needed checks first.

    `only` narrows them to what it names. Raises ConfigError when one of those is none. Those that have a
    verdict in `stand` are not among them.
    """

    def __init__(
        self,
        checks: Checks,
        only: Collection[str],
        submission: Submission,
        workers: Workers,
        seed: int,
        stand: Verdicts | None = None,
        first: str = "",
    ) -> None:
        self.checks, self._submission, self._workers, self._seed = checks, submission, workers, seed
        self.total_seconds = checks.assignment.limits.total_seconds
        chosen = _in_order(choose(checks, only))
        self.stand = {check.id: stand[check.id] for check in chosen if stand and check.id in stand}
        self.chosen = [check for check in chosen if check.id not in self.stand]
        self.names = {check.id for check in chosen}
        self.first = first
        self.units: dict[str, list[Planned]] = {}
        for check in sorted(self.chosen, key=lambda check: check.unit != first):
            self.units.setdefault(check.unit, []).append(check)
        present = {check.id for check in self.chosen}
        self.waits_for = {
            unit: {need.partition("::")[0] for check in members for need in check.needs if need in present}
            - {unit}
            for unit, members in self.units.items()
        }
        self._order_units()

    def _order_units(self) -> None:
        """Units after those they wait for. Raises ConfigError when two wait for each other."""
        order: list[str] = []
        while len(order) < len(self.units):
            ready = [unit for unit in self.units if unit not in order and self.waits_for[unit] <= set(order)]
            if not ready:
                stuck = ", ".join(unit for unit in self.units if unit not in order)
                raise ConfigError(f"These units have checks that need each other: {stuck}.")
            order.extend(ready)
        self.units = {unit: self.units[unit] for unit in order}

    def in_turn(self, note: Listener) -> None:
        """Run all units, one after the other, in this process; then what the grader failed in, once more."""
        verdicts = dict(self.stand)

        def keep(verdict: CheckResult) -> None:
            verdicts[verdict.id] = verdict
            note(verdict)

        for checks in self.units.values():
            self.unit(checks, verdicts, keep)
        for check in self.faulted(verdicts):
            self.unit([check], verdicts, keep)

    def faulted(self, verdicts: Verdicts) -> list[Planned]:
        return [check for check in self.chosen if verdicts[check.id].outcome == "fault"]

    def unit(self, checks: Sequence[Planned], known: Verdicts, note: Listener) -> None:
        """Run checks of one unit; `known` holds the verdicts of what ran before.

        A verdict is told at once. Where a known mistake explains it, or else an equation, it is told again in
        that one's words, and with an example to work out by hand where there is one.
        """
        verdicts = {name: verdict for name, verdict in known.items() if verdict.outcome != "fault"}
        deadline = time.monotonic() + self.total_seconds
        with self.session(checks[0].unit) as session:
            for check in checks:
                verdict = _held_up(check, verdicts)
                if verdict is None and time.monotonic() > deadline:
                    verdict = self.out_of_time(check)
                if verdict is None:
                    verdict = session.run(check, self._seed)
                verdicts[check.id] = verdict
                note(verdict)
            for explained in (self._diagnosed, self._equated, self._worked_out):
                for verdict in explained(session, checks, verdicts, deadline):
                    verdicts[verdict.id] = verdict
                    note(verdict)

    def session(self, unit: str) -> Session:
        return Session(self.checks, unit, self._submission, self._workers)

    def _diagnosed(
        self, session: Session, checks: Sequence[Planned], verdicts: Verdicts, deadline: float
    ) -> Iterator[CheckResult]:
        """The failed verdicts that a known mistake explains for certain, in its words.

        Those that none explains are told again, too, with the fingerprint of their wrong answers:
        so a class shows who answers alike.
        """
        table = self.checks.table
        by_id = {check.id: check for check in checks}
        failed = [name for name in by_id if verdicts[name].outcome == "fail" and name in table.mistakes]
        passed = [name for name in by_id if verdicts[name].outcome == "pass"]
        to_see = [name for name in failed if verdicts[name].started and name not in session.stopped]
        named: dict[str, str] = {}
        answered: dict[str, Fingerprint] = {}  # on the first draw
        for last in (False, True):  # which axis of their matrices counts the units
            if named or not to_see:
                break

            def see(name: str, draw: int, last: bool = last) -> Fingerprint | None:
                late = time.monotonic() > deadline
                trace = None if late else session.trace(by_id[name], draw, last)
                if trace is None:
                    return None
                fingerprint = trace.fingerprint()
                if draw == 0:
                    answered.setdefault(name, fingerprint)
                return fingerprint

            named = causes(table, to_see, passed, see)
        for name, known_as in named.items():
            mistake, hint = table.words[known_as]
            yield dataclasses.replace(verdicts[name], mistake=known_as, message=mistake, hint=hint)
        for name, seen in answered.items():
            if name not in named and not seen.equals(table.solution[name][0]):
                yield dataclasses.replace(verdicts[name], fingerprint=str(seen))

    def _equated(
        self, session: Session, checks: Sequence[Planned], verdicts: Verdicts, deadline: float
    ) -> Iterator[CheckResult]:
        """The failed verdicts that no known mistake explains, where an equation gives the code's numbers."""
        unexplained = [each for each in _wrong(checks, verdicts, session) if each.mistake is None]
        for verdict, found in _answers(unexplained, session.fitting.first, deadline):
            yield dataclasses.replace(verdict, message=found.sentence, hint=found.hint)

    def _worked_out(
        self, session: Session, checks: Sequence[Planned], verdicts: Verdicts, deadline: float
    ) -> Iterator[CheckResult]:
        """The failed verdicts of visible checks that a small example can show, with that example.

        The examples are public, whatever the check was run on.
        """
        visible = [each for each in _wrong(checks, verdicts, session) if each.visibility == "visible"]
        for verdict, found in _answers(visible, session.bench.first_wrong, deadline):
            yield dataclasses.replace(verdict, worked=found)

    def out_of_time(self, check: Planned) -> CheckResult:
        return check.verdict(
            "fail", f"not run: the unit {check.unit} used up its {self.total_seconds:g} seconds."
        )


def _wrong(checks: Sequence[Planned], verdicts: Verdicts, session: Session) -> list[CheckResult]:
    """The verdicts of checks that failed because the code answered something else than was wanted."""
    failed = [verdicts[check.id] for check in checks if verdicts[check.id].outcome == "fail"]
    return [verdict for verdict in failed if verdict.started and verdict.id not in session.stopped]


def _answers(
    failed: Sequence[CheckResult], ask: Callable[[str, float], T | None], deadline: float
) -> Iterator[tuple[CheckResult, T]]:
    """What `ask` has to say of failed verdicts, while there is time.

    Where asking fails nobody waits: the student's code has ended, or the failure is our own.
    """
    with contextlib.suppress(Exception):
        for verdict in failed:
            if time.monotonic() < deadline and (found := ask(verdict.id, deadline)) is not None:
                yield verdict, found


def choose(checks: Checks, only: Collection[str]) -> list[Planned]:
    """The checks that `only` names; all of them when it is empty.

    A name is a check's id, its name, a unit, a file, or a class or function that students write: then the
    checks whose titles name it. Raises ConfigError with a near name for one that is none of these.
    """
    planned, units = checks.planned, checks.assignment.units
    if not only:
        return list(planned)
    by_name: dict[str, list[Planned]] = {}
    for check in planned:
        files = [part for file in units[check.unit].files for part in (file, file.removesuffix(".py"))]
        for name in dict.fromkeys((check.id, check.id.partition("::")[2], check.unit, *files)):
            by_name.setdefault(name, []).append(check)
    for unit, entry in units.items():
        members = by_name.get(unit, [])
        for name in (name for names in entry.files.values() for name in names):
            about = [check for check in members if re.search(rf"\b{re.escape(name)}\b", check.title)]
            by_name.setdefault(name, []).extend(about or members)
    chosen = []
    for wanted in only:
        if not by_name.get(wanted):
            raise ConfigError(_no_such(wanted, by_name, units))
        chosen += by_name[wanted]
    return [check for check in planned if check in chosen]


def _no_such(wanted: str, known: Collection[str], units: Mapping[str, Unit]) -> str:
    """The sentence about a name that is none, and all units with their classes and functions, a line each."""
    there = {key: [name for names in unit.files.values() for name in names] for key, unit in units.items()}
    exact = [name for name in known if name.lower() == wanted.lower()]
    near = did_you_mean(wanted, exact or known)
    lines = [f"  {key}: {', '.join(names)}" if names else f"  {key}" for key, names in there.items()]
    return "\n".join([f"No check, unit, class or function is called {wanted!r}{near}. There are", *lines])


def _in_order(checks: Sequence[Planned]) -> list[Planned]:
    """Needed checks before those that need them, otherwise as given. Raises ConfigError for a circle."""
    by_id = {check.id: check for check in checks}
    order: dict[str, Planned] = {}

    def add(check: Planned, path: tuple[str, ...]) -> None:
        if check.id in path:
            raise ConfigError(f"Checks need each other in a circle: {' → '.join((*path, check.id))}.")
        for need in check.needs:
            if need in by_id and need not in order:
                add(by_id[need], (*path, check.id))
        order.setdefault(check.id, check)

    for check in checks:
        add(check, ())
    return list(order.values())


def _held_up(check: Planned, verdicts: Verdicts) -> CheckResult | None:
    """Blocked when a needed check did not pass, naming what to mend.

    Where the grader itself failed in a needed check, nobody knows: this one runs.
    """
    for need in check.needs:
        before = verdicts.get(need)
        if before is None or before.outcome in ("pass", "fault"):
            continue
        if before.outcome == "blocked":  # name the check at the bottom
            return check.verdict("blocked", before.message)
        return check.verdict("blocked", f"waits for {briefly(before)}")
    return None


def briefly(verdict: CheckResult) -> str:
    """What a check is about, in a few words: "LSTMCell's shapes", "Vocab (ids are the same every time)"."""
    subject, colon, _ = verdict.title.partition(": ")
    name = verdict.id.partition("::")[2]
    if not colon or " " in subject:
        return f"{verdict.unit} · {verdict.title.rstrip('.')}"
    if "shapes" in name.split("_"):
        return f"{subject}'s shapes"
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", subject).lower()
    return f"{subject} ({name.removeprefix(f'{snake}_').replace('_', ' ')})"
