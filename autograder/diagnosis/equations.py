"""The equation that a student's code computes, where it is none that was asked for.

`equations.json`, beside the visible checks, holds for each idea (a cell, a loop, a loss, …) a few questions
(`asking`), what right code answers to them, and what code answers that goes its own way in one place or in
two, with a sentence and a hint. Where code answers all questions as one of these does, and as no other, the
sentence is said. The questions are public; none has to do with the draws of a check.

`tests/harness/equations/` makes the file.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Mismatch, Student, StudentFailure, StudentStopped, Value
from autograder.diagnosis import asking
from autograder.diagnosis.table import Fingerprint, Trace

FILE = "equations.json"  # beside the visible checks
SECONDS = 1.0  # for one check; a single call has its own limit


class Equation(NamedTuple):
    """What code does that goes its own way, and what it answers to each question."""

    sentence: str
    hint: str
    answers: tuple[Fingerprint, ...]


@dataclass(frozen=True)
class Idea:
    """Questions, what right code may answer to all of them, and what else code answers."""

    asks: tuple[Mapping[str, Any], ...]
    right: tuple[tuple[Fingerprint, ...], ...]
    equations: tuple[Equation, ...]

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Idea:
        equations = (
            Equation(sentence, hint, _read(answers)) for sentence, hint, answers in record["equations"]
        )
        return cls(tuple(record["asks"]), tuple(map(_read, record["right"])), tuple(equations))

    def is_right(self, student: Student, known: asking.Known) -> bool:
        """Whether a student's code answers all questions as right code does. Raises StudentFailure."""
        left = set(self.right)
        for number, ask in enumerate(self.asks):
            seen = [fingerprint(answer) for answer in asking.answers(student, ask, known)]
            left = {right for right in left if any(each.equals(right[number]) for each in seen)}
        return bool(left)

    def fit(self, student: Student, known: asking.Known) -> Equation | None:
        """What gives all of a student's numbers, if it can be said in one sentence. Raises StudentStopped."""
        left = self.equations
        try:
            for number, ask in enumerate(self.asks):
                seen = [fingerprint(answer) for answer in asking.answers(student, ask, known)]
                left = tuple(each for each in left if any(one.equals(each.answers[number]) for one in seen))
                if not left:
                    return None
            sentences = {each.sentence for each in left}
            return left[0] if len(sentences) == 1 and not self.is_right(student, known) else None
        except StudentStopped:
            raise
        except (StudentFailure, Mismatch):
            return None  # its own sentence says more


@dataclass(frozen=True)
class Equations:
    """All ideas of an assignment, and which of them a check is about, the first to be looked at first.

    The files are read once somebody asks: most submissions need none of it.
    """

    paths: tuple[Path, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Equations:
        """The equations in these files; files that are not there hold none."""
        return cls(tuple(paths))

    @functools.cached_property
    def checks(self) -> dict[str, tuple[str, ...]]:
        """By pattern of ids, the ideas that such checks are about."""
        return {pattern: tuple(ideas) for each in self._records for pattern, ideas in each["checks"].items()}

    @functools.cached_property
    def ideas(self) -> dict[str, Idea]:
        return {name: Idea.from_json(idea) for each in self._records for name, idea in each["ideas"].items()}

    @functools.cached_property
    def _records(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text(encoding="utf-8")) for path in self.paths if path.is_file()]


class Fitting:
    """Holds one student's code against the equations, each idea once."""

    def __init__(self, equations: Equations, student: Student) -> None:
        self._equations, self._student = equations, student
        self._found: dict[str, Equation | None] = {}
        self._known: asking.Known = {}

    def first(self, check: str, deadline: float) -> Equation | None:
        """The equation behind the numbers of a check's first idea that has one, in time.

        Raises StudentStopped when the code gives no answer to a question.
        """
        until = min(deadline, time.monotonic() + SECONDS)
        for idea in asking.about(check, self._equations.checks):
            if idea not in self._found and time.monotonic() < until:
                self._found[idea] = None
                self._found[idea] = self._equations.ideas[idea].fit(self._student, self._known)
            if found := self._found.get(idea):
                return found
        return None


def fingerprint(answer: Value) -> Fingerprint:
    """An answer's shapes and numbers; of what kind the numbers are, and lists or tuples, is all one."""
    trace = Trace()
    trace.add("", _plain(answer))
    return trace.fingerprint()


def _plain(value: Value) -> Value:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return value.astype(np.float64)
    if isinstance(value, (bool, int, float)):
        return np.array(float(value) if abs(value) < 1e30 else 1e30)
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _read(answers: Iterable[str]) -> tuple[Fingerprint, ...]:
    return tuple(map(Fingerprint.from_text, answers))
