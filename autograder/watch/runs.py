"""One run: a first look at the check in focus, then all checks whose verdicts do not stand."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.collect import Checks
from autograder.grading.run import Run, judge
from autograder.reports.focus import focus_of
from autograder.results import CheckResult, Result
from autograder.sandbox import Workers
from autograder.submission import Submission, Unreadable, read
from autograder.watch.messages import Done, Heard, Looked, OfRun, Planned, Unfinished
from autograder.watch.standing import sources_of, standing

LOOK_SECONDS = 0.4  # after so long no further check is looked at before the others
LONG_SECONDS = 2.0  # a check that took so long is not run twice: a training, or a loop without an end

Tell = Callable[[OfRun], None]


@dataclass(frozen=True)
class Work:
    """What all runs have in common."""

    checks: Checks
    place: Path
    only: tuple[str, ...]
    workers: Workers

    def run(self, before: Done | None, anew: bool, tell: Tell) -> None:
        """Check what lies there now; of the verdicts `before` some may stand, unless it is to be `anew`."""
        try:
            submission = read(self.place, self.checks.assignment)
        except Unreadable as error:
            tell(Unfinished(str(error)))
            return
        first = self._look(before.result, submission, tell) if before is not None else ""
        now = sources_of(self.checks, submission)
        stand: dict[str, CheckResult] = {}
        if before is not None and not anew:
            waits_for = Run(self.checks, self.only, submission, self.workers, 0).waits_for
            stand = standing(before.result, before.sources, now, waits_for)
        result = judge(
            self.checks,
            submission,
            workers=self.workers,
            seed=0,
            only=self.only,
            stand=stand,
            first=first,
            on_plan=lambda count: tell(Planned(count)),
            on_result=lambda verdict: None if verdict.is_notice else tell(Heard(verdict.id)),
        )
        result = dataclasses.replace(result, path=str(self.place))
        tell(Done(result, submission, focus_of(result, submission), now))

    def _look(self, shown: Result, submission: Submission, tell: Tell) -> str:
        """Run the check in focus by itself; if it passes now, the one that is in focus then, and so on.

        Gives the unit that they are about, which is to be run first.
        """
        until = time.monotonic() + LOOK_SECONDS
        unit = ""
        while time.monotonic() < until and (focus := focus_of(shown, submission)) is not None:
            unit = unit or focus.check.unit
            if focus.check.seconds > LONG_SECONDS:
                break
            verdict = self._alone(focus.check.id, shown, submission, tell)
            if verdict.outcome != "pass":
                break
            checks = tuple(verdict if check.id == verdict.id else check for check in shown.checks)
            shown = dataclasses.replace(shown, checks=checks)
        return unit

    def _alone(self, name: str, shown: Result, submission: Submission, tell: Tell) -> CheckResult:
        """The verdict of one check, told at once, and again when a known mistake may have explained it."""

        def note(verdict: CheckResult) -> None:
            only = dataclasses.replace(shown, checks=(verdict,))
            tell(Looked(verdict, focus_of(only, submission)))

        result = judge(self.checks, submission, workers=self.workers, seed=0, only=(name,), on_result=note)
        note(result.checks[0])
        return result.checks[0]
