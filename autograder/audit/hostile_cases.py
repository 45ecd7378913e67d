"""One check, its answers from memory, and the hostile cases that are tried on it; what came of them."""

from __future__ import annotations

import random
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.audit.hostile_values import replacement
from autograder.audit.replay import Replay, Tape
from autograder.checks import Mismatch
from autograder.grading.collect import Checks, Planned
from autograder.grading.session import Session
from autograder.results import CheckResult
from autograder.sandbox import StudentFailure, Value
from autograder.submission import Submission

DIAGNOSED = 6  # every sixth failure is looked at by the diagnosis, too
# What a request gives back without a value that a check would look at.
QUIET = frozenset(["load_module", "load", "backward"])


@dataclass(frozen=True)
class Case:
    """One hostile run of a check: `number` and the seed of the whole give the rest again."""

    check: str
    number: int
    place: int  # of the first answer that is replaced
    extent: str  # "one", "from here on", or "all of this operation"
    operation: str


@dataclass(frozen=True)
class Finding:
    """What a case did that none may do, or a pass where the true answer was not given."""

    case: Case
    what: str
    error: str


@dataclass
class Tally:
    """The result for one assignment."""

    assignment: str
    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    passes: list[Finding] = field(default_factory=list)  # to be looked at; most replaced what does not matter

    def sentences(self) -> list[str]:
        """One for each kind of finding, with a case that shows it."""
        return [
            f"{check} does not judge {len(same)} hostile answers, the first in case {same[0].case.number} "
            f"({same[0].what} as answer {same[0].case.place}): {same[0].error}"
            for (check, _), same in _by_kind(self.findings).items()
        ]


def lines(report: Tally, passes: bool = True) -> Iterator[str]:
    """The report as text, one line for each kind of finding with its first case."""
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.outcomes.items()))
    yield f"{report.assignment}: {report.cases} cases ({outcomes}), {len(report.findings)} findings"
    for title, found in (("may not be", report.findings), ("passed", report.passes if passes else [])):
        for (check, _), same in _by_kind(found).items():
            yield f"  {title}: {check}, {len(same)} times, first in case {same[0].case.number}"
            yield f"      {same[0].error}"
            for finding in same[:4]:
                at = finding.case
                yield f"      answer {at.place} ({at.operation}, {at.extent}): {finding.what}"


def _by_kind(found: Sequence[Finding]) -> dict[tuple[str, tuple[str, str]], list[Finding]]:
    kinds: dict[tuple[str, tuple[str, str]], list[Finding]] = {}
    for finding in found:
        kinds.setdefault((finding.case.check, _kind(finding.error)), []).append(finding)
    return kinds


def _kind(error: str) -> tuple[str, str]:
    """Its type and its place."""
    return error.partition(":")[0], error.rpartition("(")[2]


class _Untimed(Replay):
    """Answers whose making counts for no check: only what is done with them is timed."""

    def answer(self, op: str, fields: dict[str, Value]) -> Value:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            return super().answer(op, fields)
        finally:
            signal.setitimer(signal.ITIMER_PROF, left)


class Bench:
    """One check, its tape, and the cases that are tried on it."""

    def __init__(
        self, checks: Checks, check: Planned, submission: Submission, tape: Tape, seconds: float, seed: int
    ) -> None:
        self.check, self.seconds, self.seed = check, seconds, seed
        self._checks, self._submission, self._tape = checks, submission, tape
        operations = tape.operations
        self._places = [place for place, op in enumerate(operations) if op not in QUIET] or [0]
        self._operations = operations

    def case(self, number: int) -> Case:
        chance = random.Random(f"{self.seed} {self.check.id} {number} where")
        place = chance.choice(self._places)
        if chance.random() < 0.3:  # the first ones decide what a check asks next
            place = chance.choice(self._places[:4])
        extent = chance.choices(("one", "from here on", "all of this operation"), (6, 2, 2))[0]
        return Case(self.check.id, number, place, extent, self._operations[place])

    def try_case(self, case: Case) -> tuple[CheckResult, str, str]:
        """The verdict, what was put in the place of the answer, and the error that may not be."""
        said: list[str] = []

        def instead(place: int, operation: str, true: Value) -> Value:
            here = place == case.place or (place > case.place and case.extent == "from here on")
            if case.extent == "all of this operation":
                here = operation == case.operation
            if not here or operation in QUIET:
                return true
            chance = random.Random(f"{self.seed} {case.check} {case.number} what")
            value, words = replacement(chance, true)
            said[:] = said or [words]
            return value

        verdict, error = self.run(instead)
        if not error and verdict.outcome == "fail" and case.number % DIAGNOSED == 0:
            error = self._diagnosed(instead)
        return verdict, "".join(said), error

    def run(self, instead: Callable[[int, str, Value], Value]) -> tuple[CheckResult, str]:
        """Run the check on a student of its own; the second is what the grader itself raised, if anything."""
        with self._session(instead) as session:
            verdict = session.run(self.check, 0)
            return verdict, told(session.raised)

    def _session(self, instead: Callable[[int, str, Value], Value]) -> Session:
        return Session(self._checks, self.check.unit, self._submission, _Untimed(self._tape, instead))

    def _diagnosed(self, instead: Callable[[int, str, Value], Value]) -> str:
        with self._session(instead) as session:
            try:
                trace = session.trace(self.check, 0)
                if trace is not None:
                    fingerprint = trace.fingerprint()
                    fingerprint.equals(fingerprint)
            except Exception as error:
                return f"in the diagnosis: {told(error)}"
            said = told(session.raised)
            return f"in the diagnosis: {said}" if said else ""


def told(error: BaseException | None) -> str:
    """An error of the grader's own with its last place in the checks; "" for a verdict's."""
    if error is None or isinstance(error, (Mismatch, StudentFailure)):
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    own = [f for f in frames if "/tests/" in f.filename or "/autograder/" in f.filename]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(own[-3:]))
    return f"{type(error).__name__}: {str(error)[:160]} ({where})"
