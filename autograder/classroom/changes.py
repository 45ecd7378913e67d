"""Whose points another grading changes, and why: what an instructor wants to know before it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.classroom.handed import Handed
from autograder.classroom.keys import differences
from autograder.classroom.store import Graded
from autograder.course.config import Assignment
from autograder.course.words import few
from autograder.results import CheckResult

_MOST = 4  # checks that one line names


@dataclass(frozen=True)
class Change:
    """One submission before and after, both by the points that the configuration gives now."""

    handed: Handed
    before: float
    after: float
    reasons: tuple[str, ...]

    @property
    def line(self) -> str:
        """As "Ann Chen: 83 → 81 points: cells::gru_gates pass → fail"."""
        reasons = few(self.reasons, _MOST)
        return f"{self.handed.names}: {self.before:g} → {self.after:g} points: {reasons}"


def change(handed: Handed, old: Graded, new: Graded, assignment: Assignment) -> Change | None:
    """What changes for the people behind a submission; None when their points stay."""
    before, after = _points(old, assignment), _points(new, assignment)
    if before == after:
        return None
    return Change(handed, before, after, tuple(_reasons(old, new, assignment)))


def causes(pairs: list[tuple[Graded, Graded]]) -> str:
    """In what the rules of two gradings differ, as "the checks; PyTorch's version (2.12.1, now 2.13.0)"."""
    found = (words for old, new in pairs for words in differences(old.key, new.key))
    return "; ".join(dict.fromkeys(found))


def _points(graded: Graded, assignment: Assignment) -> float:
    entries = assignment.checks
    checks = graded.result.checks if graded.result else ()
    passed = (entries[each.id].points for each in checks if each.outcome == "pass" and each.id in entries)
    return round(sum(passed), 6)


def _reasons(old: Graded, new: Graded, assignment: Assignment) -> Iterator[str]:
    """Each check with points whose outcome is another; or that it can (not) be read now."""
    if (old.result is None) != (new.result is None):
        yield new.problem or "can be read now"
        return
    before, after = _by_id(old), _by_id(new)
    for name, entry in assignment.checks.items():
        was, now = (side[name].outcome if name in side else "not run" for side in (before, after))
        if was != now and entry.points and "pass" in (was, now):
            yield f"{name} {was} → {now}"


def _by_id(graded: Graded) -> dict[str, CheckResult]:
    return {each.id: each for each in graded.result.checks} if graded.result else {}
