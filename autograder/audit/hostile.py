"""Hostile answers in the place of each answer to each check: whatever comes, a check ends in a verdict.

Each check is run once on the solution, and what the solution answers is kept (`replay`). Then it is run again
and again from memory, with a hostile value in the place of one answer, of all from one on, or of all answers
to one operation: the value itself, or the true answer with a part exchanged. A case must end in a verdict
that is no fault, without using more than 2 seconds or 300 MB beyond what the check takes anyway; so must the
diagnosis of what was answered. Cases run in forked processes under these limits, so that one that breaks
them is found and named.

    python -m autograder.audit.hostile a7_sequence_modeling --only cells --cases 20000
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from autograder.audit.hostile_values import replacement
from autograder.audit.replay import Recorder, Replay, Tape
from autograder.course.config import Assignment, Config
from autograder.grading.collect import Checks, Planned, collect
from autograder.grading.processes import bound_memory
from autograder.grading.run import Run
from autograder.grading.session import Session
from autograder.results import CheckResult
from autograder.sandbox import PortableWorkers, StudentFailure, Value, Workers, ZygoteWorkers
from autograder.submission import Submission, read

SECONDS = 2.0  # of CPU, beyond what the check takes with the true answers
MEGABYTES = 300  # of address space, beyond what the process has before the first case
SILENT = 60.0  # seconds after which a process that says nothing is ended
LEAST = 20  # cases for each check, however slow it is
PER_PROCESS = 200  # cases
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
class Report:
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


class TooLong(BaseException):
    """A case used up its seconds."""


def attack(
    config: Config,
    assignment: Assignment,
    *,
    only: Collection[str] = (),
    cases: int = 20_000,
    least: int = LEAST,
    seed: int = 1,
    part: tuple[int, int] = (0, 1),
    on_progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> Report:
    """Put hostile answers to the checks of an assignment; `part` (k, n): to every n-th from the k-th on."""
    report = Report(assignment.name)
    source: Workers = ZygoteWorkers() if sys.platform == "linux" else PortableWorkers()
    with source:
        checks = collect(config, assignment, "all")
        submission = read(config.root / "solutions" / assignment.name, assignment)
        chosen = Run(checks, only, submission, source, seed).chosen[part[0] :: part[1]]
        tapes: dict[str, tuple[Tape, float]] = {}
        for check in chosen:
            tapes[check.id] = _recorded(checks, check, submission, source)
        asked = [check for check in chosen if tapes[check.id][0].entries]
        shares = _shares([tapes[check.id][1] for check in asked], cases, least)
        for done, (check, share) in enumerate(zip(asked, shares, strict=True)):
            bench = _Bench(checks, check, submission, *tapes[check.id], seed)
            _in_children(bench, share, report)
            on_progress(done + 1, len(asked), check.id)
    return report


def _recorded(checks: Checks, check: Planned, submission: Submission, source: Workers) -> tuple[Tape, float]:
    """The answers of the solution, and the seconds that the check takes when it is given them again."""
    recorder = Recorder(source)
    with Session(checks, check.unit, submission, recorder) as session:
        seen = session.run(check, 0)
    bench = _Bench(checks, check, submission, recorder.tape, 0.0, 0)
    start = time.process_time()
    verdict, _ = bench.run(lambda place, operation, true: true)
    if verdict.outcome != seen.outcome:
        raise RuntimeError(
            f"{check.id} judges recorded answers in another way: {verdict.text or 'it passes'}"
        )
    return recorder.tape, time.process_time() - start


def _shares(seconds: Sequence[float], cases: int, least: int) -> list[int]:
    """So many cases for each check that all take about the same time, but none gets too few."""
    weights = [1 / (0.004 + each) for each in seconds]
    return [max(least, round(cases * weight / sum(weights))) for weight in weights]


class _Untimed(Replay):
    """Answers whose making counts for no check: only what is done with them is timed."""

    def answer(self, op: str, fields: dict[str, Value]) -> Value:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            return super().answer(op, fields)
        finally:
            signal.setitimer(signal.ITIMER_PROF, left)


class _Bench:
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
            return verdict, _told(session.raised)

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
                return f"in the diagnosis: {_told(error)}"
            told = _told(session.raised)
            return f"in the diagnosis: {told}" if told else ""


def _told(error: BaseException | None) -> str:
    """An error of the grader's own with its last place in the checks; "" for a verdict's."""
    from autograder.checks import Mismatch

    if error is None or isinstance(error, (Mismatch, StudentFailure)):
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    own = [f for f in frames if "/tests/" in f.filename or "/autograder/" in f.filename]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(own[-3:]))
    return f"{type(error).__name__}: {str(error)[:160]} ({where})"


# -- processes -----------------------------------------------------------------------------------------------


def _in_children(bench: _Bench, cases: int, report: Report) -> None:
    """Run all cases of a check in forked processes; one goes on behind the case that ended the last.

    What thousands of cases leave in a process is not what a case takes: so each process has a few only.
    """
    done = 0
    while done < cases:
        end = min(cases, done + PER_PROCESS)
        reader, writer = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            os.close(reader)
            _serve(bench, range(done, end), writer)
        os.close(writer)
        reached, why = _listen(reader, pid, bench, report, done)
        os.close(reader)
        report.cases += reached - done
        done = reached
        if done < end:
            report.cases += 1
            report.findings.append(Finding(bench.case(done), _words(bench, done), why))
            done += 1


def _words(bench: _Bench, number: int) -> str:
    return replacement(random.Random(f"{bench.seed} {bench.check.id} {number} what"), None)[1]


def _listen(reader: int, pid: int, bench: _Bench, report: Report, first: int) -> tuple[int, str]:
    """Take what a child sends until it ends; how far it came, and why it went no further."""
    buffer, reached, why = b"", first, ""
    while True:
        ready, _, _ = select.select([reader], [], [], SILENT)
        data = os.read(reader, 1 << 16) if ready else b""
        if not ready:
            os.kill(pid, signal.SIGKILL)
            why = f"not ended after {SILENT:g} seconds"
        buffer += data
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            number, outcome, what, error = json.loads(line)
            reached = number + 1
            report.outcomes[outcome] += 1
            case = bench.case(number)
            if error:
                report.findings.append(Finding(case, what, error))
            elif outcome == "pass" and what and bench.check.entry.points:
                report.passes.append(Finding(case, what, "passes"))
        if not data:
            status = os.waitpid(pid, 0)[1]
            return reached, why or f"the process ended ({os.waitstatus_to_exitcode(status)})"


def _serve(bench: _Bench, numbers: range, writer: int) -> None:
    """The child: one line for each case. Never returns."""
    status = 1
    try:
        bound_memory(MEGABYTES)
        signal.signal(signal.SIGPROF, _too_long)
        for number in numbers:
            outcome, what, error = _timed(bench, number)
            line = json.dumps([number, outcome, what, error]).encode() + b"\n"
            while line:
                line = line[os.write(writer, line) :]
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _timed(bench: _Bench, number: int) -> tuple[str, str, str]:
    signal.setitimer(signal.ITIMER_PROF, SECONDS + 2 * bench.seconds)
    try:
        verdict, what, error = bench.try_case(bench.case(number))
    except TooLong as late:
        return "late", _words(bench, number), f"over {SECONDS:g} seconds: {_told(late)}"
    except BaseException as other:
        return "fault", _words(bench, number), f"outside of the check: {_told(other)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if not error and verdict.outcome == "fault":
        error = verdict.message
    return verdict.outcome, what, error


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TooLong


# -- the command ---------------------------------------------------------------------------------------------


def attack_in_processes(
    config: Config, assignment: Assignment, *, processes: int = 2, **options: object
) -> Report:
    """`attack` by several processes, each with its own share of the checks."""
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    whole = Report(assignment.name)
    with concurrent.futures.ProcessPoolExecutor(processes, mp_context=context) as pool:
        parts = [pool.submit(_part, config, assignment, (k, processes), options) for k in range(processes)]
        for each in parts:
            report = each.result()
            whole.cases += report.cases
            whole.outcomes += report.outcomes
            whole.findings += report.findings
            whole.passes += report.passes
    return whole


def _part(
    config: Config, assignment: Assignment, part: tuple[int, int], options: dict[str, object]
) -> Report:
    return attack(config, assignment, part=part, **options)  # type: ignore[arg-type]


def lines(report: Report, passes: bool = True) -> Iterator[str]:
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


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m autograder.audit.hostile ASSIGNMENT`; 1 when there is a finding."""
    import argparse

    from autograder.course import config as configuration

    parser = argparse.ArgumentParser(prog="python -m autograder.audit.hostile", description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="units or checks")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--passes", action="store_true", help="list, too, what passes all the same")
    given = parser.parse_args(arguments)
    config = configuration.load(Path.cwd())
    start = time.perf_counter()
    report = attack_in_processes(
        config,
        config.assignment(given.assignment),
        processes=given.processes,
        only=tuple(given.only),
        cases=given.cases,
        seed=given.seed,
    )
    for line in lines(report, given.passes):
        print(line)
    seconds = time.perf_counter() - start
    print(f"{report.cases / seconds:.0f} cases per second with {given.processes} processes")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
