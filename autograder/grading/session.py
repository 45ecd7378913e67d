"""One unit's checks on one submission: a student of their own, and one check after the other."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Mapping

from autograder.checks import Draw, Mismatch, StudentMissing, StudentRaised, StudentStopped, Thresholds
from autograder.course.words import counted
from autograder.diagnosis.equations import Fitting
from autograder.diagnosis.table import Trace
from autograder.diagnosis.traced import TracedStudent
from autograder.diagnosis.worked import Bench
from autograder.grading.collect import MAX_MESSAGE, Checks, Planned
from autograder.grading.verdicts import verdict_of
from autograder.results import CheckResult
from autograder.sandbox import Workers
from autograder.sandbox.wire.text import sentence
from autograder.submission import Submission

# How often a check is run whose worker was gone: a machine that is short of memory ends processes, too.
TRIES, TRIES_AT_HOME = 4, 2
MAX_LINES, MAX_LINE = 10, 160  # of what a check's code printed, and characters of each


class Session:
    """Calls the checks of one unit; the student's worker starts with the first use and ends with the session.

    `stopped` are the ids of the checks to which the code gave no answer; `raised` is what the last check
    raised, and `thresholds` hold what it held against them. On the `bench` small examples are tried,
    `fitting` looks for the equation behind wrong numbers.
    """

    def __init__(self, checks: Checks, unit: str, submission: Submission, workers: Workers) -> None:
        self._checks, self._submission = checks, submission
        entry, limits = checks.assignment.units[unit], checks.assignment.limits
        self._student = TracedStudent(
            workers, submission.program, limits=limits.of_worker(), refuse=entry.refuse_recurrent_layers
        )
        self._student.names = frozenset(name for names in entry.files.values() for name in names)
        self.bench = Bench(checks.examples, self._student)
        self.fitting = Fitting(checks.equations, self._student)
        self.stopped: set[str] = set()
        self.raised: BaseException | None = None
        self.thresholds = Thresholds({})
        self._said = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self._student.fresh()

    def run(self, check: Planned, seed: int) -> CheckResult:
        """The verdict of one check; `seed` is the submission's. An error of the grader's own is a fault."""
        start = time.perf_counter()
        try:
            return self._run(check, seed, start)
        except Exception as error:  # outside of the check: while its code is ended, or put into words
            said = f"The grader failed here: {type(error).__name__}: {error}"
            return check.verdict("fault", said, seconds=time.perf_counter() - start)

    def _run(self, check: Planned, seed: int, start: float) -> CheckResult:
        self._student.take_printed()
        drawn = 0 if self._checks.at_home else draw_seed(seed, check.id)
        self._student.lost = False
        self._call(check, Draw(drawn))
        for _ in range(1, TRIES_AT_HOME if self._checks.at_home else TRIES):
            if self._student.lost:
                self._student.again()
                self._call(check, Draw(drawn))
        seconds = time.perf_counter() - start
        if isinstance(self.raised, StudentStopped | StudentMissing):
            self.stopped.add(check.id)
        verdict = verdict_of(check, self.raised, self._submission, self._student, seconds)
        verdict = dataclasses.replace(verdict, memory_mb=self._student.peak_mb)
        if verdict.outcome == "pass":
            return dataclasses.replace(verdict, message=sentence(self._said, MAX_MESSAGE))
        return dataclasses.replace(verdict, printed=self._printed()) if self._checks.at_home else verdict

    def _printed(self) -> str:
        """The first lines that were printed since the check began, and how many more there were."""
        printed = self._student.take_printed()
        lines = printed.text.rstrip("\n").split("\n") if printed.text.strip() else []
        more = max(len(lines) - MAX_LINES, 0) + printed.lines_cut
        shown = [line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…" for line in lines[:MAX_LINES]]
        return "\n".join([*shown, f"… and {counted(more, 'more line')}"] if more else shown)

    def trace(self, check: Planned, number: int, last: bool = False) -> Trace | None:
        """What the student's code answers when a check runs on a canonical draw with symmetric weights.

        None when it gave no answer in time, or the grader failed. An exception is no answer: what is said
        of it may be said of anything, so that only what came before it tells one mistake from another.
        """
        trace = Trace()
        self._student.trace(trace, number, last)
        try:
            self._call(check, Draw(number, symmetric=True))
        finally:
            self._student.trace(None)
        return trace if isinstance(self.raised, StudentRaised | Mismatch | None) else None

    def measure(self, check: Planned, seed: int) -> Thresholds:
        """Run a check on a seed of its own, and give what it held against its thresholds."""
        self._call(check, Draw(draw_seed(seed, check.id)))
        return self.thresholds

    def _call(self, check: Planned, draw: Draw) -> None:
        """Call a check with what its arguments name; what it raises is kept."""
        self.raised, self._said = None, ""
        self.thresholds = Thresholds(check.entry.thresholds)
        self._student.begin(check.title)
        if check.fresh_worker:
            self._student.fresh()
        given: Mapping[str, object] = {
            "student": self._student,
            "draw": draw,
            "thresholds": self.thresholds,
            "submission": self._submission,
            "say": self._say,
        }
        try:
            check.function(**{name: given[name] for name in check.arguments})
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.raised = error

    def _say(self, text: str) -> None:
        """Show a sentence although the check passes."""
        self._said = text


def draw_seed(seed: int, check: str) -> int:
    """The seed of one check's draws at the grader's, 63 bits."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{check}".encode()).digest()[:8], "big") >> 1
