"""How often what is right would fail: every check on many draws, over the solution and its alternatives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.audit import corpus
from autograder.audit.calibrate import SOLUTION, upper_bound
from autograder.audit.pool import Job, Sweep, grade_all
from autograder.course import templates
from autograder.course.config import Assignment, Config, ConfigError
from autograder.grading.collect import checks_version

BLOCK = 25  # seeds that one submission gets at a time


@dataclass
class Draws:
    """What became of one check's draws. `failed` holds seed, submission, outcome and sentence of each.

    A notice is held to it by the solution only: what is allowed may well deserve a word.
    """

    check: str
    notice: bool
    draws: int = 0
    seconds: float = 0.0
    failed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bound(self) -> float:
        """The share of draws that fail is at most this, with a confidence of 95 %."""
        return upper_bound(len(self.failed), self.draws) if self.draws else 1.0


@dataclass
class Swept:
    """A sweep that can be gone on with: all seeds from `first` up to, not including, `next` are done."""

    assignment: str
    checks_version: str
    first: int
    next: int
    checks: dict[str, Draws]

    @property
    def draws(self) -> int:
        return sum(each.draws for each in self.checks.values())

    @property
    def failed(self) -> list[Draws]:
        return [each for each in self.checks.values() if each.failed]

    def record(self) -> dict[str, Any]:
        """What `--json` writes; `begin` reads it again."""
        return {
            "assignment": self.assignment,
            "checks_version": self.checks_version,
            "first": self.first,
            "next": self.next,
            "draws": self.draws,
            "checks": {
                name: {
                    "draws": each.draws,
                    "seconds": round(each.seconds, 1),
                    "bound": float(f"{each.bound:.2g}"),
                    "failed": each.failed,
                }
                for name, each in self.checks.items()
                if each.draws
            },
        }


def begin(config: Config, assignment: Assignment, first: int, file: Path | None = None) -> Swept:
    """A sweep of all enabled checks from seed `first`, or the one that `file` holds of these very checks."""
    checks = {
        name: Draws(name, notice=entry.points == 0)
        for name, entry in assignment.checks.items()
        if entry.enabled
    }
    swept = Swept(assignment.name, checks_version(config, assignment, "all"), first, first, checks)
    if file is not None and file.is_file():
        _take_up(swept, file)
    return swept


def _take_up(swept: Swept, file: Path) -> None:
    """Go on where the record in `file` ends; one of other checks, or from another seed, is left behind."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if (record["checks_version"], record["first"]) != (swept.checks_version, swept.first):
            return
        swept.next = record["next"]
        for name, each in record["checks"].items():
            known = swept.checks[name]
            known.draws, known.seconds, known.failed = each["draws"], each["seconds"], each["failed"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{file} is there, but is no record of a sweep: name another file.") from None


def sweep(
    config: Config,
    assignment: Assignment,
    swept: Swept,
    *,
    draws: int,
    seconds: float,
    processes: int = 2,
    on_progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> None:
    """Go on with a sweep until every check that draws has had `draws` draws, or `seconds` are over.

    Each block of seeds goes to one submission, the solution and the alternatives in turn, so that no two
    draws are the same. A check that takes long gets as many as its share of the time allows. `grade --seed`
    shows a failure again.
    """
    end = time.monotonic() + seconds
    done = swept.next - swept.first

    def jobs() -> Iterator[Job]:
        submissions = list(_right(config.root, assignment.name))
        while swept.next < swept.first + draws and time.monotonic() < end:
            name, files = submissions[swept.next // BLOCK % len(submissions)]
            seeds = tuple(range(swept.next, swept.next + BLOCK))
            swept.next += BLOCK
            yield Sweep(f"{seeds[0]} {name}", files, seeds=seeds)

    for graded in grade_all(config.root, assignment.name, jobs(), processes):
        if graded.error:
            raise RuntimeError(f"{graded.key}: {graded.error}")
        who = graded.key.partition(" ")[2]
        for name, each in graded.swept.items():
            known = swept.checks[name]
            known.draws += each.draws
            known.seconds += each.seconds
            if who == SOLUTION or not known.notice:
                known.failed += [
                    {"seed": seed, "submission": who, "outcome": outcome, "message": said}
                    for seed, outcome, said in each.failed
                ]
        done += BLOCK
        on_progress(min(done, draws), draws, who)


def _right(root: Path, assignment: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The solution and every alternative, by name, as the texts of their files."""
    yield (
        SOLUTION,
        {**templates.solved_modules(root, assignment), **templates.solved_report(root, assignment)},
    )
    for alternative in corpus.alternatives(root, assignment):
        yield alternative.name, dict(alternative.files)
