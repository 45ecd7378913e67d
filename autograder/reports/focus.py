"""The one thing to do next after a run: what terminal, watch, notebook and page show first.

A cause comes before what follows from it: first what Python refuses, for nothing in that file can be checked;
then what was begun and is wrong, in the order of the assignment; then what is still to be written. A script
runs from top to bottom: there the first open check is next, begun or not. What waits for something else is
never next, nor is a notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from autograder.course.config import Assignment
from autograder.results import NOT_STARTED, CheckResult, Result
from autograder.submission import Submission

BEFORE, AFTER = 2, 1  # lines of the source that are shown before and after the one that is meant
OTHER_NUMBERS = "Your graders check more, with other numbers."

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

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before, in and behind what the caret points at."""
        start, end = self.caret or (len(self.text), len(self.text))
        return self.text[:start], self.text[start:end], self.text[end:]


@dataclass(frozen=True)
class Focus:
    """What to look at next: the check, what is said of it, and the lines of the source that it is about.

    `kind`: what was written is "wrong", it is still "unwritten", or the grader failed, a "fault". `excerpt`
    is empty where no line is known. `printed` is what the student's code printed in this check; it is empty
    for a script, which prints much as it was given, in every run that the check makes. `refused` is the
    file, or cell, that the message is about where Python refuses it.
    """

    check: CheckResult
    kind: Kind
    message: str
    hint: str
    place: str
    excerpt: tuple[SourceLine, ...] = ()
    printed: str = ""
    refused: str = ""

    @property
    def title(self) -> str:
        """What the message is about."""
        return f"{self.refused} cannot be read" if self.refused else self.check.title

    @property
    def where(self) -> str:
        """The place, without the line of the source that the excerpt shows."""
        return self.place.partition(", the line ")[0] if self.excerpt else self.place


def focus_of(result: Result, submission: Submission) -> Focus | None:
    """The one next thing of a result; None when all that counts has passed."""
    found = _first(result, submission)
    if found is None:
        return None
    check, kind = found
    broken = submission.broken_at(check.place)
    message, refused = _in_words(check.message), ""
    if broken is not None:
        message, refused = f"{broken.said}.", broken.filename
        if broken.is_cell and broken.reason:  # whose line the excerpt shows
            message = f"This line is not valid Python: {broken.reason}."
            refused = f"a cell of {broken.filename}"
    excerpt = excerpt_of(check.place, submission, check.span)
    printed = "" if submission.is_script else check.printed
    return Focus(check, kind, message, check.hint, check.place, excerpt, printed, refused)


def is_whole(result: Result, assignment: Assignment) -> bool:
    """Whether all checks that students have and that count were run."""
    entries = assignment.checks.items()
    theirs = {name for name, each in entries if each.enabled and each.points and each.visibility == "visible"}
    return theirs <= {check.id for check in result.checks}


def all_right(result: Result, assignment: Assignment) -> str:
    """That all is right which was checked, and what this does not promise."""
    more = assignment.not_promised if is_whole(result, assignment) else OTHER_NUMBERS
    return f"All that was checked is right. {more}"


def _in_words(message: str) -> str:
    """A message as it is told; what is not started is said as what is to do."""
    if message == NOT_STARTED:
        return "This is still to be written."
    unset = _NOT_STARTED.fullmatch(message)
    return f"Still to be written: {unset[1]}." if unset else message


_NOT_STARTED = re.compile(r"not started \((.+)\)")


def _first(result: Result, submission: Submission) -> tuple[CheckResult, Kind] | None:
    found = [(check, kind) for check in result.counted if (kind := _kind(check)) is not None]

    def rank(each: tuple[CheckResult, Kind]) -> tuple[bool, int]:
        check, kind = each
        late = _ORDER.index("wrong" if submission.is_script and kind == "unwritten" else kind)
        return submission.broken_at(check.place) is None, late

    first = min(found, key=rank, default=None)  # of equals the first
    return next((each for each in found if first is not None and _lacks(first[0], each[0])), first)


def _lacks(check: CheckResult, other: CheckResult) -> bool:
    """Whether a check failed because the code imports the name, or file, that another check misses."""
    names = _NOT_IMPORTED.search(f"{check.message} {check.hint}")
    if names is None or other.started:
        return False
    name, file = names[1], names[2]
    return (
        re.search(rf"\bdefine {name}\b" if name else rf"\b{file}\.py is missing", other.message) is not None
    )


_NOT_IMPORTED = re.compile(r"cannot import name '(\w+)'|No module named '(\w+)'")


def _kind(check: CheckResult) -> Kind | None:
    if check.outcome == "fail":
        return "wrong" if check.started else "unwritten"
    return "fault" if check.outcome == "fault" else None


def excerpt_of(
    place: str, submission: Submission, span: tuple[int, int] | None = None
) -> tuple[SourceLine, ...]:
    """The lines around a place that a verdict names, with a caret in the one that is meant.

    It is under the columns of `span`, else under the name that is defined there, else under all of the code.
    """
    around = submission.excerpts([place]).get(place)
    if around is None:
        return ()
    lines = [
        SourceLine(number, text, _caret(text, span) if number == around.at else None)
        for number, text in enumerate(around.lines, around.first)
        if -BEFORE <= number - around.at <= AFTER
    ]
    filled = [index for index, line in enumerate(lines) if line.text.strip() or line.number == around.at]
    return tuple(lines[filled[0] : filled[-1] + 1])


def _caret(text: str, span: tuple[int, int] | None) -> tuple[int, int]:
    code = len(text) - len(text.lstrip()), max(len(text.rstrip()), 1)
    if span is not None and span[0] <= len(text):
        return span[0], max(min(span[1], len(text)), span[0] + 1)
    named = _DEFINED.match(text)
    return named.span(1) if named else code


_DEFINED = re.compile(r"\s*(?:async def|def|class)\s+(\w+)")
