"""The grading process: grade_submission.py SUBMISSION OUT [PROTECTION…] writes Gradescope's results to OUT.

It runs beside project/, a root with one assignment. Each PROTECTION ("user", "seccomp") must be in force;
otherwise every check is a fault and no code of the student's runs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "project"
sys.path[:0] = [str(PROJECT), str(HERE)]

import supervise  # type: ignore[import-not-found]  # noqa: E402

from autograder.course.config import Assignment, Config, load  # noqa: E402
from autograder.diagnosis.worked import Examples  # noqa: E402
from autograder.grading.collect import Checks, checks_version, collect  # noqa: E402
from autograder.grading.run import judge  # noqa: E402
from autograder.grading.seeds import seed_for  # noqa: E402
from autograder.reports.gradescope import sentence_result, to_gradescope  # noqa: E402
from autograder.sandbox import (  # noqa: E402
    Limits,
    PortableWorkers,
    Program,
    SandboxFault,
    Worker,
    Workers,
    ZygoteWorkers,
)
from autograder.submission import Unreadable, read  # noqa: E402

GRADER_MB = 200  # what the grading takes beside one worker's resident memory, part of which they share
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class RefusingWorkers(Workers):
    """Workers that never start, for a reason: every check becomes a fault."""

    def __init__(self, sentence: str, layers: Mapping[str, str]) -> None:
        self._sentence, self.layers = sentence, layers

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        raise SandboxFault(self._sentence)

    def close(self) -> None:
        """Nothing was started."""


def main(path: Path, out: Path, require: list[str]) -> None:
    """Grade the submission at `path` and write results.json to `out`."""
    with workers_with(require) as workers:  # before the secret and the checks are read
        config = load(PROJECT)
        (assignment,) = config.assignments.values()
        fitting = fitted(assignment)
        try:
            submission = read(path, fitting)
        except Unreadable as error:
            supervise.write(sentence_result(str(error)), out)
            return
        if lacks := too_small_for(assignment, container_mb()):
            workers = RefusingWorkers(lacks, workers.layers)
        seed = seed_for(PROJECT, submission.digest)
        # One unit at a time: half a processor and 768 MB are what the smallest container has.
        result = judge(checks_of(config, fitting), submission, workers=workers, seed=seed, processes=1)
        result = replace(result, checks_version=checks_version(config, assignment, "all"))
        supervise.write(to_gradescope(result), out)


def checks_of(config: Config, assignment: Assignment) -> Checks:
    """All checks, without worked examples: to try them takes time, and Gradescope's results show none."""
    return replace(collect(config, assignment, "all"), examples=Examples())


def workers_with(require: list[str]) -> Workers:
    """Locked-down workers that have these protections, else ones that refuse to start."""
    try:
        workers = ZygoteWorkers() if sys.platform == "linux" else PortableWorkers()
    except SandboxFault as fault:
        return RefusingWorkers(str(fault), {})
    missing = [name for name in require if name not in workers.layers]
    if not missing:
        return workers
    workers.close()
    lacks = f"This machine cannot protect the grader from student code (no {' and no '.join(missing)})."
    return RefusingWorkers(lacks, workers.layers)


def fitted(assignment: Assignment) -> Assignment:
    """The assignment with limits that keep within the supervisor's deadline."""
    seconds = min(assignment.limits.total_seconds, 0.9 * supervise.GRADING_SECONDS / len(assignment.units))
    limits = assignment.limits.model_copy(update={"total_seconds": seconds})
    return assignment.model_copy(update={"limits": limits})


def too_small_for(assignment: Assignment, memory_mb: float) -> str:
    """Why a container of this size cannot give the verdicts that another machine gives; "" if it can.

    With less memory for the student's code than elsewhere, what is right there would fail here.
    """
    allowed = assignment.limits.memory_mb
    if memory_mb >= allowed + GRADER_MB:
        return ""
    return (
        f"This container has {memory_mb:.0f} MB of memory, and {allowed + GRADER_MB} are needed: {allowed} "
        "for the student's code and the rest to grade it. Choose a larger container."
    )


def container_mb() -> float:
    """The memory that this container may use, in MB (10⁶ bytes); infinite without a limit."""
    for path in map(Path, CGROUP_LIMITS):
        try:
            return int(path.read_text()) / 1e6
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return float("inf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
