"""From a class to records: what is not graded yet, graded, what failed once more, and what replaces what.

1. Each submission without a record that has its key is a job. Nothing else is state: however a run ended, the
   same command goes on from there.
2. A record of the same submission by other checks, limits or versions stays until all are graded anew: the
   new ones wait in DIR/regraded/. Then whose points change is shown, and why; then they replace the old ones.
3. What the grader itself failed in is graded again at the end, alone, in a fresh server. If that fails, too,
   the record says so; no points are lost by it, and the next run tries again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.classroom import changes, store
from autograder.classroom.changes import Change
from autograder.classroom.engine import Engine, Stopped
from autograder.classroom.graders import Job, Outcome, Work
from autograder.classroom.handed import Handed
from autograder.classroom.keys import ALL, Rules, differences, parts
from autograder.classroom.progress import Display
from autograder.classroom.store import Graded
from autograder.course.config import Assignment, Config, ConfigError

REGRADED = "regraded"


@dataclass
class Plan:
    """What is to be done for the submissions of a class, or of one shard of it.

    `stale` have a record by other rules; of these, `waiting` are graded already and wait for the others.
    `nothing` cannot be graded: there is nothing to read.
    """

    jobs: list[Job] = field(default_factory=list)
    done: list[Handed] = field(default_factory=list)
    stale: list[Handed] = field(default_factory=list)
    waiting: list[Handed] = field(default_factory=list)
    nothing: list[Handed] = field(default_factory=list)
    why: tuple[str, ...] = ()  # in what the rules of stale records differ


def plan(folder: Path, handed: Sequence[Handed], rules: Rules, *, regrade: bool = False) -> Plan:
    """What is left to do; with `regrade` also what is done, whose records stay until the end.

    Raises ConfigError where some checks alone are to be graded, and the records have others.
    """
    found = Plan()
    why: dict[str, None] = {}
    for each in handed:
        key = rules.key(each)
        if not each.is_gradable:
            found.nothing.append(each)
            continue
        old = store.load(folder, each)
        if old is not None and rules.only != ALL and parts(old.key).get("only") != rules.only:
            raise ConfigError(
                f"{folder} holds verdicts that --only would replace by fewer: give it an --out of its own."
            )
        if old is None:
            found.jobs.append(_job(each, key, folder))
        elif old.key == key and not regrade:
            if old.is_pending:
                found.jobs.append(_job(each, key, folder))
            else:
                found.done.append(each)
        else:
            found.stale.append(each)
            why.update(dict.fromkeys(differences(old.key, key)))
            new = store.load(folder / REGRADED, each)
            if new is not None and new.is_done(key):
                found.waiting.append(each)
            else:
                found.jobs.append(_job(each, key, folder / REGRADED))
    found.why = tuple(why)
    return found


def _job(handed: Handed, key: str, target: Path) -> Job:
    return Job(handed.id, handed.model_dump_json(), key, str(target.absolute()))


def work_of(
    config: Config,
    assignment: Assignment,
    folder: Path,
    rules: Rules,
    *,
    only: Sequence[str] = (),
    config_file: Path | None = None,
) -> Work:
    """What all jobs of a run have in common."""
    limits = assignment.limits
    # The longest silence of a sound server: reading, the canary, and a unit that uses up all of its time.
    silence = limits.total_seconds + 2 * limits.call_seconds + limits.import_seconds + 60
    return Work(
        root=str(config.root.absolute()),
        assignment=assignment.name,
        folder=str(folder.absolute()),
        rules=str(rules),
        silence=silence,
        config=str(config_file.absolute()) if config_file is not None else "",
        only=tuple(only),
    )


def grade(engine: Engine, work: Work, jobs: Sequence[Job], display: Display) -> list[Outcome]:
    """Have all jobs graded; the outcomes are those that count in the end. Raises Stopped."""
    by_id = {job.id: job for job in jobs}
    outcomes: dict[str, Outcome] = {}

    def take(outcome: Outcome) -> None:
        if outcome.status in ("refused", "unwritten"):
            raise Stopped(outcome.said, is_fault=outcome.status == "unwritten")
        outcomes[outcome.id] = outcome

    for outcome in engine.grade(work, jobs, display.running):
        take(outcome)
        display.note(outcome)
    again = [by_id[name] for name, outcome in outcomes.items() if outcome.is_fault]
    if again:
        display.again(len(again))
        for outcome in engine.grade(work, again, display.running, alone=True):
            take(outcome)
            display.note_again(outcome)
            if outcome.status == "fault":
                _record_fault(by_id[outcome.id], outcome)
    return list(outcomes.values())


def _record_fault(job: Job, outcome: Outcome) -> None:
    """Say in the record that there are no verdicts, unless some are there. Raises Unwritten."""
    handed = Handed.model_validate_json(job.handed)
    before = store.load(Path(job.target), handed)
    if before is None or before.key != job.key:
        said = f"It could not be graded, which costs no points: {outcome.said}"
        store.save(Path(job.target), handed, Graded(job.key, problem=said, is_fault=True))


def take_over(
    folder: Path,
    stale: Sequence[Handed],
    rules: Rules,
    assignment: Assignment,
    show: Callable[[str, list[Change]], bool],
) -> bool:
    """Put what waits in DIR/regraded/ into its place, once `show` has told of it and says yes.

    `show` is given the causes in words and whose points change. A grading that failed replaces nothing.
    """
    ready: list[tuple[Handed, Graded, Graded]] = []
    for each in stale:
        old, new = store.load(folder, each), store.load(folder / REGRADED, each)
        if old is not None and new is not None and new.is_done(rules.key(each)):
            ready.append((each, old, new))
    if not ready:
        return True
    found = [changes.change(each, old, new, assignment) for each, old, new in ready]
    causes = changes.causes([(old, new) for _, old, new in ready])
    if not show(causes, [change for change in found if change is not None]):
        return False
    for each, _, _ in ready:
        with contextlib.suppress(FileNotFoundError):  # another command was faster
            store.path_of(folder / REGRADED, each).replace(store.path_of(folder, each))
    with contextlib.suppress(OSError):  # another command's still lie there
        (folder / REGRADED / store.RESULTS).rmdir()
        (folder / REGRADED).rmdir()
    return True
