"""Many submissions to one assignment, graded by a few processes that collect its checks once."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import queue
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import config as configuration
from autograder.diagnosis.table import DRAWS, Fingerprint, Table
from autograder.diagnosis.worked import Examples
from autograder.results import CheckResult

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from autograder.grading.collect import Checks, Planned
    from autograder.grading.run import Run
    from autograder.sandbox import Workers
    from autograder.submission import Submission

SEED = 7
_DRAWS_OF_A_WORKER = 10


@dataclass(frozen=True)
class Job:
    """A submission by the texts of its files. `units`: those to grade, all if empty.

    `trace` says which checks are traced for the diagnosis: none, those that fail, or all. `until_lost`: the
    first visible check that counts and fails is enough. `seeds`: instead of a grading, the units (or checks)
    are run once on each, and what they hold against thresholds is kept.
    """

    key: str
    files: Mapping[str, str]
    units: tuple[str, ...] = ()
    trace: str = "none"
    until_lost: bool = False
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sweep(Job):
    """A submission that is right, on the draws of `seeds`: all of them for a cheap check that draws.

    The others get `seconds`; what one needs more than that it owes, and does without in later sweeps of the
    same process.
    """

    seconds: float = 0.5
    cheap: float = 0.1  # seconds that a draw takes on average


@dataclass
class Swept:
    """What became of one check's draws: how many there were, and what was said to those that failed."""

    draws: int = 0
    seconds: float = 0.0
    failed: list[tuple[int, str, str]] = field(default_factory=list)  # seed, outcome, sentence


@dataclass
class Graded:
    """The verdicts on one job, and what its code answers on the canonical draws, by check."""

    key: str
    verdicts: list[CheckResult] = field(default_factory=list)
    traces: dict[str, list[Fingerprint]] = field(default_factory=dict)
    paths: dict[str, list[list[Fingerprint]]] = field(default_factory=dict)  # with `trace` "all"
    measured: dict[tuple[str, str, bool], list[float]] = field(default_factory=dict)  # check, name, is upper
    swept: dict[str, Swept] = field(default_factory=dict)
    error: str = ""  # the grader's own


def grade_all(root: Path, assignment: str, jobs: Iterable[Job], processes: int) -> Iterator[Graded]:
    """Grade every job; results come as they are ready. An error of the grader ends up in its result.

    `jobs` may be made as they are needed: each process has one that waits, besides the one that it grades.
    """
    context = multiprocessing.get_context("spawn")
    tasks: Queue[Job | None] = context.Queue()
    answers: Queue[Graded] = context.Queue()
    jobs = iter(jobs)
    first = list(itertools.islice(jobs, 2 * processes))
    for job in first:
        tasks.put(job)
    waiting = len(first)
    crew = [
        context.Process(target=_serve, args=(root, assignment, tasks, answers), daemon=True)
        for _ in range(min(processes, waiting))
    ]
    for process in crew:
        process.start()
    try:
        while waiting:
            try:
                graded = answers.get(timeout=1)
            except queue.Empty:
                if not all(process.is_alive() for process in crew) and answers.empty():
                    raise RuntimeError(f"{waiting} submissions were not graded: a process ended.") from None
                continue
            waiting -= 1
            for job in itertools.islice(jobs, 1):
                tasks.put(job)
                waiting += 1
            yield graded
        for _ in crew:
            tasks.put(None)
        for process in crew:
            process.join(timeout=5)
    finally:
        for process in crew:
            process.terminate()
        for process in crew:
            process.join()
        for channel in (tasks, answers):
            channel.cancel_join_thread()
            channel.close()


def _serve(root: Path, assignment: str, tasks: Queue[Job | None], answers: Queue[Graded]) -> None:
    """One process: take jobs until there are no more."""
    from autograder import sandbox
    from autograder.grading.collect import collect
    from autograder.grading.run import Run

    settings = configuration.load(root)
    workers: Workers = sandbox.ZygoteWorkers() if sys.platform == "linux" else sandbox.PortableWorkers()
    with workers:
        checks = collect(settings, settings.assignment(assignment), "all")
        checks = replace(checks, table=Table(), examples=Examples())  # tables are what is being made
        sandbox.self_test(workers)
        owed: dict[str, float] = {}
        while (job := _next(tasks)) is not None:
            graded = Graded(job.key)
            try:
                run = Run(checks, job.units, _read(checks, job), workers, SEED)
                if isinstance(job, Sweep):
                    _sweep(run, job, graded, owed)
                else:
                    (_measure if job.seeds else _grade)(run, job, graded)
            except Exception:
                graded = Graded(job.key, error=traceback.format_exc())
            answers.put(graded)


def _next(tasks: Queue[Job | None]) -> Job | None:
    """The next job; none, too, when whoever hands them out is gone."""
    parent = multiprocessing.parent_process()
    while parent is None or parent.is_alive():
        with contextlib.suppress(queue.Empty):
            return tasks.get(timeout=2)
    return None


def _grade(run: Run, job: Job, graded: Graded) -> None:
    with contextlib.suppress(_Lost):
        run.in_turn(lambda verdict: _note(graded, verdict, job.until_lost))
    outcomes = {verdict.id: verdict for verdict in graded.verdicts}
    silent = {
        name
        for name, verdict in outcomes.items()
        if verdict.seconds > run.checks.assignment.limits.call_seconds
    }
    for unit, planned in run.units.items():
        wanted = [
            check
            for check in planned
            if not check.entry.thresholds
            and check.id not in silent
            and (job.trace == "all" or (job.trace == "failed" and _can_be_named(outcomes[check.id])))
        ]
        if not wanted:
            continue
        with run.session(unit) as session:
            at_home = {at_home_id(check.id): run.checks.replaced.get(check.id) for check in wanted}
            for name, check in [*((check.id, check) for check in wanted), *at_home.items()]:
                seen = [each for draw in range(DRAWS) if check and (each := session.trace(check, draw))]
                if len(seen) == DRAWS:
                    graded.traces[name] = [each.fingerprint() for each in seen]
                    graded.paths[name] = [each.path for each in seen] if job.trace == "all" else []


def at_home_id(check: str) -> str:
    """Under which name stands what a visible check sees whose place a hidden one takes."""
    return f"{check} at home"


def _measure(run: Run, job: Job, graded: Graded) -> None:
    from autograder.checks import learning

    learning.ATTEMPTS = 1
    for unit, planned in run.units.items():
        with run.session(unit) as session:
            for seed in job.seeds:
                for check in planned:
                    bounds = session.measure(check, seed)
                    for name, values in bounds.measured.items():
                        key = (check.id, name, name in bounds.upper)
                        graded.measured.setdefault(key, []).append(values[0])


def _sweep(run: Run, job: Sweep, graded: Graded, owed: dict[str, float]) -> None:
    """Run each check, whatever it needs, on one seed after the other until its time is used up."""
    for unit, planned in run.units.items():
        for check in (check for check in planned if "draw" in check.arguments):
            swept = graded.swept[check.id] = Swept()
            left = job.seconds - owed.get(check.id, 0.0)
            for verdict, seed in _draws(run, unit, check, job.seeds):
                left -= verdict.seconds
                swept.draws += 1
                swept.seconds += verdict.seconds
                if verdict.outcome != "pass" and (verdict.outcome == "fault" or not verdict.is_notice):
                    swept.failed.append((seed, verdict.outcome, verdict.text))
                if left <= 0 and swept.seconds >= job.cheap * swept.draws:
                    break
            is_cheap = swept.seconds < job.cheap * swept.draws
            owed[check.id] = 0.0 if is_cheap else max(-left, 0.0)


def _draws(run: Run, unit: str, check: Planned, seeds: Sequence[int]) -> Iterator[tuple[CheckResult, int]]:
    """The verdict on each seed. A worker keeps what each draw has made, so it ends after a few."""
    for first in range(0, len(seeds), _DRAWS_OF_A_WORKER):
        with run.session(unit) as session:
            for seed in seeds[first : first + _DRAWS_OF_A_WORKER]:
                yield session.run(check, seed), seed


def _read(checks: Checks, job: Job) -> Submission:
    from autograder.audit.corpus import materialise
    from autograder.submission import read

    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        return read(materialise(job.files, Path(folder)), checks.assignment)


class _Lost(Exception):
    """A visible check that counts has failed."""


def _note(graded: Graded, verdict: CheckResult, until_lost: bool) -> None:
    graded.verdicts = [each for each in graded.verdicts if each.id != verdict.id] + [verdict]
    lost = verdict.outcome == "fail" and not verdict.is_notice and verdict.visibility == "visible"
    if until_lost and lost:
        raise _Lost


def _can_be_named(verdict: CheckResult) -> bool:
    return verdict.outcome == "fail" and verdict.started
