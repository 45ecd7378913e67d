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
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import FrameType

from autograder.audit.hostile_cases import Bench, Finding, Tally, lines, told
from autograder.audit.hostile_values import replacement
from autograder.audit.replay import Recorder, Tape
from autograder.course.config import Assignment, Config
from autograder.grading.collect import Checks, Planned, collect
from autograder.grading.processes import bound_memory
from autograder.grading.run import Run
from autograder.grading.session import Session
from autograder.sandbox import PortableWorkers, Workers, ZygoteWorkers
from autograder.submission import Submission, read

SECONDS = 2.0  # of CPU, beyond what the check takes with the true answers
MEGABYTES = 300  # of address space, beyond what the process has before the first case
SILENT = 60.0  # seconds after which a process that says nothing is ended
LEAST = 20  # cases for each check, however slow it is
PER_PROCESS = 200  # cases


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
) -> Tally:
    """Put hostile answers to the checks of an assignment; `part` (k, n): to every n-th from the k-th on."""
    report = Tally(assignment.name)
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
            bench = Bench(checks, check, submission, *tapes[check.id], seed)
            _in_children(bench, share, report)
            on_progress(done + 1, len(asked), check.id)
    return report


def _recorded(checks: Checks, check: Planned, submission: Submission, source: Workers) -> tuple[Tape, float]:
    """The answers of the solution, and the seconds that the check takes when it is given them again."""
    recorder = Recorder(source)
    with Session(checks, check.unit, submission, recorder) as session:
        seen = session.run(check, 0)
    bench = Bench(checks, check, submission, recorder.tape, 0.0, 0)
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


# -- processes -----------------------------------------------------------------------------------------------


def _in_children(bench: Bench, cases: int, report: Tally) -> None:
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


def _words(bench: Bench, number: int) -> str:
    return replacement(random.Random(f"{bench.seed} {bench.check.id} {number} what"), None)[1]


def _listen(reader: int, pid: int, bench: Bench, report: Tally, first: int) -> tuple[int, str]:
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


def _serve(bench: Bench, numbers: range, writer: int) -> None:
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


def _timed(bench: Bench, number: int) -> tuple[str, str, str]:
    signal.setitimer(signal.ITIMER_PROF, SECONDS + 2 * bench.seconds)
    try:
        verdict, what, error = bench.try_case(bench.case(number))
    except TooLong as late:
        return "late", _words(bench, number), f"over {SECONDS:g} seconds: {told(late)}"
    except BaseException as other:
        return "fault", _words(bench, number), f"outside of the check: {told(other)}"
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
) -> Tally:
    """`attack` by several processes, each with its own share of the checks."""
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    whole = Tally(assignment.name)
    with concurrent.futures.ProcessPoolExecutor(processes, mp_context=context) as pool:
        parts = [pool.submit(_part, config, assignment, (k, processes), options) for k in range(processes)]
        for each in parts:
            report = each.result()
            whole.cases += report.cases
            whole.outcomes += report.outcomes
            whole.findings += report.findings
            whole.passes += report.passes
    return whole


def _part(config: Config, assignment: Assignment, part: tuple[int, int], options: dict[str, object]) -> Tally:
    return attack(config, assignment, part=part, **options)  # type: ignore[arg-type]


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
    try:
        config = configuration.load(Path.cwd())
        assignment = config.assignment(given.assignment)
    except configuration.ConfigError as error:
        parser.error(str(error))
    start = time.perf_counter()
    report = attack_in_processes(
        config,
        assignment,
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
