"""The one thing to do next after a run: what terminal, watch, notebook and page show first.

Of all that is not right the first that was begun comes first, in the order of the assignment, then the first
that is still to be written. What waits for something else is never next, nor is a notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.results import CheckResult, Result
from autograder.submission import Submission

BEFORE, AFTER = 2, 1  # lines of the source that are shown before and after the one that is meant

Kind = Literal["wrong", "unwritten", "fault"]
_ORDER: tuple[Kind, ...] = ("wrong", "unwritten", "fault")


@dataclass(frozen=True)
class SourceLine:
    """A line of the student's source: its number, its text, and the columns to point at, from 0.

    `caret` is (first column, column behind the last), and None on the lines around the one that is meant.
    """

    number: int
    text: str
    caret: tuple[int, int] | None = None


@dataclass(frozen=True)
class Focus:
    """What to look at next: the check, what is said of it, and the lines of the source that it is about.

    `kind`: what was written is "wrong", it is still "unwritten", or the grader failed, a "fault". `excerpt`
    is empty where no line is known. `printed` is what the student's code printed in this check.
    """

    check: CheckResult
    kind: Kind
    message: str
    hint: str
    place: str
    excerpt: tuple[SourceLine, ...] = ()
    printed: str = ""


def focus_of(result: Result, submission: Submission) -> Focus | None:
    """The one next thing of a result; None when all that counts has passed."""
    found = _first(result)
    if found is None:
        return None
    check, kind = found
    excerpt = excerpt_of(check.place, submission)
    return Focus(check, kind, check.message, check.hint, check.place, excerpt, check.printed)


def _first(result: Result) -> tuple[CheckResult, Kind] | None:
    open_checks = [(check, _kind(check)) for check in result.checks if not check.is_notice]
    return next(((check, wanted) for wanted in _ORDER for check, kind in open_checks if kind == wanted), None)


def _kind(check: CheckResult) -> Kind | None:
    if check.outcome == "fail":
        return "wrong" if check.started else "unwritten"
    return "fault" if check.outcome == "fault" else None


def excerpt_of(place: str, submission: Submission) -> tuple[SourceLine, ...]:
    """The lines around a place that a verdict names, with a caret under the code of the one that is meant."""
    around = submission.excerpts([place]).get(place)
    if around is None:
        return ()
    lines = [
        SourceLine(number, text, _code(text) if number == around.at else None)
        for number, text in enumerate(around.lines, around.first)
    ]
    return tuple(line for line in lines if -BEFORE <= line.number - around.at <= AFTER)


def _code(text: str) -> tuple[int, int]:
    """The columns of a line's code, without what is left and right of it."""
    return len(text) - len(text.lstrip()), max(len(text.rstrip()), 1)
