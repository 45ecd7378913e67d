"""The checks of a unit that count, as every report adds them up, and what of them is most urgent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.course.config import Assignment
from autograder.results import CheckResult, Result

_KINDS = ("fail", "fault", "not started", "blocked", "pass")


@dataclass(frozen=True)
class UnitChecks:
    """The checks of the unit `name` that count and that were run."""

    name: str
    title: str
    checks: Sequence[CheckResult]

    @property
    def passed(self) -> int:
        return sum(check.outcome == "pass" for check in self.checks)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> float:
        return sum(check.max_points for check in self.checks)

    @property
    def kind(self) -> str:
        """The mark that stands for all of it: that of its most urgent check."""
        return kind_of(min(self.checks, key=urgency))


def units_of(result: Result, assignment: Assignment) -> Iterable[UnitChecks]:
    """The units of which checks that count were run, in the order of the assignment."""
    for name, unit in assignment.units.items():
        checks = [check for check in result.counted if check.unit == name]
        if checks:
            yield UnitChecks(name, unit.title, checks)


def kind_of(check: CheckResult) -> str:
    """The outcome of a check; of a stub that it is not started."""
    return check.outcome if check.started else "not started"


def urgency(check: CheckResult) -> int:
    """The place of a check among others: what is wrong, what is to be written, what waits, what is done."""
    return _KINDS.index(kind_of(check))
