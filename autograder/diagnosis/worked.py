"""A number to work out by hand: the smallest example on which a student's code gives something else.

`worked.json`, beside the visible checks, holds for each idea a few examples, the smallest first: what goes
in, what comes out step by step, and how to ask the student's code (`asking`). Where a check failed, its
examples are tried in turn; the first that goes wrong is shown. All are public, none has to do with the draws
of a check.

Weights of one digit are filled in so that it makes no difference where the code keeps them (`checks.fill`).
`tests/harness/worked/` makes the file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks import Mismatch, Student, StudentFailure, StudentStopped, Value
from autograder.diagnosis import asking
from autograder.results import Worked, WorkedRow
from autograder.sandbox import Opaque
from autograder.sandbox.wire.text import sentence

FILE = "worked.json"  # beside the visible checks
SECONDS = 1.0  # for one check; a single call has its own limit
MOST = 12  # numbers of one line that are shown
MAX_TEXT = 20  # characters of a text among the numbers
NEAR, LARGE = 1e-4, 1e300
NOTHING = ("nothing",)  # stands where there is no number

Number = float | str
Path_ = tuple[int | str, ...]


@dataclass(frozen=True)
class Step:
    """A line that is worked out; `at` is where its numbers are in the code's answer, if they are."""

    name: str
    how: str
    numbers: tuple[Number, ...]
    at: Path_ | None


@dataclass(frozen=True)
class Example:
    """What goes in, what comes out, and how to ask for it.

    `also` are other right answers: the numbers of those steps that the code answers. `alone`: its lines do
    not build on each other, so that those which are right need not be shown.
    """

    title: str
    given: tuple[WorkedRow, ...]
    steps: tuple[Step, ...]
    ask: Mapping[str, Any]
    also: tuple[tuple[tuple[Number, ...], ...], ...] = ()
    alone: bool = False

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Example:
        given = (WorkedRow(name, "", tuple(map(_text, numbers))) for name, numbers in record["given"])
        steps = (
            Step(name, how, tuple(numbers), None if at is None else tuple(at))
            for name, how, numbers, at in record["steps"]
        )
        also = tuple(tuple(map(tuple, answer)) for answer in record.get("also", ()))
        return cls(
            record["title"], tuple(given), tuple(steps), record["ask"], also, record.get("alone", False)
        )


@dataclass
class Examples:
    """All examples of an assignment, by idea, and which ideas a check is about.

    `after`: an idea says nothing while the ideas that it builds on are wrong.
    """

    ideas: dict[str, tuple[Example, ...]] = field(default_factory=dict)
    checks: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by pattern of ids
    after: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Examples:
        """The examples in these files; files that are not there hold none."""
        found = cls()
        for path in paths:
            if path.is_file():
                data = json.loads(path.read_text(encoding="utf-8"))
                found.checks |= {pattern: tuple(ideas) for pattern, ideas in data["checks"].items()}
                found.after |= {idea: tuple(others) for idea, others in data["after"].items()}
                found.ideas |= {
                    idea: tuple(map(Example.from_json, each)) for idea, each in data["ideas"].items()
                }
        return found

    def of(self, check: str) -> tuple[str, ...]:
        """The ideas that a check is about, in their order."""
        return asking.about(check, self.checks)


class Bench:
    """Tries examples on one student's code, each idea once."""

    def __init__(self, examples: Examples, student: Student) -> None:
        self._examples, self._student = examples, student
        self._found: dict[str, Worked | None] = {}
        self._known: asking.Known = {}

    def first_wrong(self, check: str, deadline: float) -> Worked | None:
        """The first example of a check's ideas that goes wrong; None when none does, in time.

        Raises StudentStopped when the code gives no answer to one.
        """
        until = min(deadline, time.monotonic() + SECONDS)
        for idea in self._examples.of(check):
            if any(self._of(each, until) for each in self._examples.after.get(idea, ())):
                continue
            if worked := self._of(idea, until):
                return worked
        return None

    def _of(self, idea: str, until: float) -> Worked | None:
        if idea not in self._found:
            self._found[idea] = None
            for example in self._examples.ideas[idea]:
                if time.monotonic() > until:
                    break
                if worked := attempt(self._student, example, self._known):
                    self._found[idea] = worked
                    break
        return self._found[idea]


def attempt(student: Student, example: Example, known: asking.Known | None = None) -> Worked | None:
    """The example as a table when the code gets it wrong; None when it is right, or gives no answer.

    `known` keeps what one example has found out for the next. Raises StudentStopped.
    """
    wrong: Worked | None = None
    try:
        for answer in asking.answers(student, example.ask, {} if known is None else known):
            found = _compared(example, answer)
            if found is None:
                return None
            wrong = wrong or found
    except StudentStopped:
        raise
    except (StudentFailure, Mismatch):
        return None  # its own sentence says more
    return wrong


# ---- comparing


def _compared(example: Example, answer: Value) -> Worked | None:
    """The table up to the first line that is wrong; None when all are right."""
    told = [step for step in example.steps if step.at is not None]
    yours = [_numbers(_part(answer, step.at or ())) for step in told]
    wanted = [step.numbers for step in told]
    if any(_first_wrong_line(right, yours) is None for right in (wanted, *example.also)):
        return None
    wrong = _first_wrong_line(wanted, yours)
    assert wrong is not None
    line, at = wrong
    rows, seen = [], 0
    for step in example.steps:
        is_told = step.at is not None
        is_last = is_told and seen == line
        if is_last or not (is_told and example.alone):
            rows.append(_row(step, yours[seen] if is_told else (), at if is_last else None))
        if is_last:
            break
        seen += is_told
    return Worked(example.title, example.given, tuple(rows), at)


def _first_wrong_line(
    wanted: Sequence[Sequence[Number]], got: Sequence[Sequence[Number]]
) -> tuple[int, int] | None:
    """The first line, and the first number in it, where the two are not alike."""
    for line, (right, mine) in enumerate(zip(wanted, got, strict=True)):
        for at in range(max(len(right), len(mine))):
            if at >= min(len(right), len(mine)) or not _alike(right[at], mine[at]):
                return line, at
    return None


def _alike(right: Number, mine: Number) -> bool:
    if isinstance(right, str) or isinstance(mine, str):
        return right == mine
    return abs(right - mine) <= NEAR * (1 + abs(right))


def _row(step: Step, yours: Sequence[Number], wrong: int | None) -> WorkedRow:
    """A line as texts, with as many digits as it takes to tell the wrong number from the right one."""
    enough = max(len(step.numbers) + 1, (wrong or 0) + 1)  # what comes behind that tells no more
    for digits in (3, 4, 5, 6):
        right = tuple(_text(number, digits) for number in step.numbers) or NOTHING
        mine = tuple(_text(number, digits) for number in yours[:enough]) or NOTHING
        if wrong is None or right[wrong : wrong + 1] != mine[wrong : wrong + 1]:
            break
    return WorkedRow(step.name, step.how, right, mine if step.at is not None else ())


def _text(number: Number, digits: int = 3) -> str:
    if isinstance(number, str):
        return number
    if not np.isfinite(number) or abs(number) >= 1e6:
        return f"{number:.4g}"
    return f"{round(number, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".")


def _part(answer: Value, path: Path_) -> Value:
    """What is at a place of the answer; an empty list where there is nothing."""
    for key in path:
        if isinstance(answer, Mapping):
            answer = answer.get(key, [])
        elif isinstance(key, int) and isinstance(answer, (list, tuple, np.ndarray)):
            is_there = np.ndim(answer) > 0 if isinstance(answer, np.ndarray) else True
            answer = answer[key] if is_there and key < len(answer) else []
        else:
            return []
    return answer


def _numbers(value: Value) -> tuple[Number, ...]:
    """The numbers and texts in a value, in their order: the first of them, where there are many."""
    found: list[Number] = []
    waiting = [value]
    while waiting and len(found) < MOST:
        each = waiting.pop()
        if isinstance(each, (np.ndarray, np.generic)):
            waiting.extend(reversed(each.ravel()[:MOST].tolist()))
        elif isinstance(each, (list, tuple)):
            waiting.extend(reversed(each[:MOST]))
        elif isinstance(each, Mapping):
            waiting.extend(reversed(list(each.values())[:MOST]))
        elif isinstance(each, bool) or not isinstance(each, (int, float)):
            found.append(sentence(each.kind if isinstance(each, Opaque) else str(each), MAX_TEXT))
        elif abs(each) < LARGE:
            found.append(float(each))
        else:
            found.append(str(each) if isinstance(each, float) else "huge")  # nan, inf, or such an integer
    return tuple(found)
