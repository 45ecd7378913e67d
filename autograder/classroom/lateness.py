"""How late a submission is, and what that costs: told apart from its points, and never mixed into them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from autograder.classroom.handed import Handed, folded
from autograder.course.config import Assignment
from autograder.course.late import LateRule
from autograder.course.words import counted

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Late:
    """A submission that came after its deadline.

    `days` have begun since the deadline and its grace; None where the download calls it late and says no
    time. `points` are taken off, or `percent` of all points that there are. `said` is that in a sentence.
    """

    days: int | None
    points: float = 0.0
    percent: float = 0.0
    said: str = ""

    def cost(self, max_score: float) -> float:
        """The points that are taken off, of `max_score` that there are."""
        return round(self.points + self.percent / 100 * max_score, 6)


def late_of(handed: Handed, assignment: Assignment) -> Late | None:
    """How late a submission is by the assignment's rule; None for one in time, or without a time."""
    rule = assignment.late
    if handed.at is None or rule is None:
        said = "The course system calls it late; the assignment has no late rule."
        if rule is not None:
            said = "The course system calls it late and does not say by how much: nothing is taken off."
        return Late(None, said=said) if handed.late else None
    due = rule.due(handed.known_as)
    at = handed.at if handed.at.tzinfo else handed.at.astimezone()
    over = at - due - timedelta(minutes=rule.grace_minutes)
    if over <= timedelta(0):
        return None
    days = math.ceil(over / _DAY)
    points, percent = _cost(rule, days)
    return Late(days, points, percent, _sentence(at, due, days, points, percent))


def unknown_extensions(handed: Iterable[Handed], assignment: Assignment) -> list[str]:
    """The names in the rule's extensions that are nobody's in the class."""
    known = {name for each in handed for name in each.known_as}
    given = assignment.late.extensions if assignment.late else {}
    return [name for name in given if folded(name) not in known]


def _cost(rule: LateRule, days: int) -> tuple[float, float]:
    """The points and the percentage that so many days cost; one of them is 0."""
    if rule.per_day is None:
        return 0.0, 0.0
    most = math.inf if rule.most is None else rule.most
    if rule.per_day.points is not None:
        return min(days * rule.per_day.points, most), 0.0
    return 0.0, min(days * (rule.per_day.percent or 0.0), most, 100.0)


def _sentence(at: datetime, due: datetime, days: int, points: float, percent: float) -> str:
    hours, minutes = divmod(math.ceil((at - due) / timedelta(minutes=1)), 60)
    over = f"{hours:,} h {minutes} min" if hours else f"{minutes} min"
    when = f"Handed in {over} after the deadline ({due:%Y-%m-%d %H:%M %z})"
    taken = f"{points:g} points" if points else f"{percent:g} % of the points" if percent else "nothing"
    return f"{when}, which counts as {counted(days, 'day')}: {taken} taken off."
