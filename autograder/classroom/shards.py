"""One shard of a class, or all of it, one submission after the other: no engine, no network, no ports.

    sbatch --array=0-99 --wrap 'autograder class A export.zip --out DIR --shard $SLURM_ARRAY_TASK_ID/100'

Shards that share DIR need no merging: each writes the records of its own submissions into the same results/.
Shards with a DIR of their own do, and `gather` copies the records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import store
from autograder.classroom.engine import OnRunning
from autograder.classroom.graders import Grader, Job, Outcome, Work
from autograder.classroom.handed import Handed
from autograder.classroom.keys import Rules
from autograder.course.config import ConfigError


@dataclass(frozen=True)
class Shard:
    """Every `of`-th submission of a class, from the one with this number on."""

    number: int
    of: int

    def part(self, handed: Sequence[Handed]) -> list[Handed]:
        """Its submissions. All shards together have each of them once."""
        return list(handed[self.number :: self.of])


def parse(text: str) -> Shard:
    """I/N, counted from 0 or from 1, as schedulers differ: N/N is the same as 0/N. Raises ConfigError."""
    match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 0 <= number <= of or of == 0:
        raise ConfigError(f"--shard is I/N, as 3/8, with I from 0 to 7 or from 1 to 8; {text!r} is not.")
    return Shard(number % of, of)


class InTurn:
    """The engine of a shard: one server, which this process starts itself."""

    def __enter__(self) -> InTurn:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Nothing is left: `grade` ends its server."""

    def grade(
        self, work: Work, jobs: Sequence[Job], on_running: OnRunning, *, alone: bool = False
    ) -> Iterator[Outcome]:
        grader = Grader(work)
        try:
            for job in jobs:
                on_running([job.id])
                yield grader.grade(job, alone=alone)
        finally:
            grader.close()


def gather(folder: Path, others: Iterable[Path], handed: Iterable[Handed], rules: Rules) -> int:
    """Take from other DIRs the records that `folder` lacks; how many there were. Raises Unwritten."""
    wanted = [each for each in handed if each.is_gradable]
    taken = 0
    for other in others:
        for each in wanted:
            here = store.load(folder, each)
            there = store.load(other, each)
            if there is None or there.key != rules.key(each):
                continue
            is_better = there.is_done(there.key) and not (here and here.is_done(there.key))
            if here is None or is_better:
                store.save(folder, each, there)
                taken += 1
    return taken
