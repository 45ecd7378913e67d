"""The answers of one submission, recorded through a real worker and given again without one.

A check is run once on a real worker, and each request is kept with what came back. A `Replay` then answers
the same requests from memory, so that a run of the check costs milliseconds, and whatever is to be tried can
stand in the place of an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from autograder.sandbox import (
    Limits,
    Program,
    Reference,
    StudentFailure,
    StudentRaised,
    StudentStopped,
    Value,
    Worker,
    Workers,
)

Key: TypeAlias = "tuple[Any, ...]"  # the operation and what it is about


@dataclass
class Tape:
    """Every request of one run, in order, with its answer or the failure in its place."""

    entries: list[tuple[Key, Value | StudentFailure]] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [key[0] for key, _ in self.entries]


class Recorder(Workers):
    """Workers of another source, whose answers are kept on `tape`."""

    def __init__(self, inner: Workers) -> None:
        self._inner = inner
        self.tape = Tape()

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        return _Recorded(self._inner.start(program, limits=limits, refuse=refuse), self)

    def close(self) -> None:
        """The other source belongs to whoever made it."""


class _Recorded(Worker):
    def __init__(self, inner: Worker, recorder: Recorder) -> None:
        self._inner, self._recorder = inner, recorder

    @property
    def ended(self) -> bool:  # type: ignore[override]
        return self._inner.ended

    @property
    def printed(self) -> str:
        return self._inner.printed

    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        key = _key(op, fields)
        try:
            answer = self._inner.ask(op, share, **fields)
        except StudentFailure as failure:
            self._recorder.tape.entries.append((key, failure))
            raise
        self._recorder.tape.entries.append((key, copied(answer)))
        return answer

    def close(self) -> None:
        self._inner.close()


Instead: TypeAlias = Callable[
    [int, str, Value], Value
]  # place of the request, operation, true answer → answer


class Replay(Workers):
    """Workers that answer from a tape; `instead` may put another value in the place of each answer.

    A request is answered as the next one of its kind was when the tape was made; one that was not made then,
    as after an odd answer, by the last answer of its operation.
    """

    def __init__(self, tape: Tape, instead: Instead) -> None:
        self._instead = instead
        self._answers: dict[Key, list[Value]] = {}
        for key, answer in tape.entries:
            self._answers.setdefault(key, []).append(answer)
            self._answers.setdefault(key[:1], []).append(answer)
        self._next: dict[Key, int] = {}
        self.asked = 0

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        return _Replayed(self)

    def close(self) -> None:
        """Nothing was started."""

    def answer(self, op: str, fields: dict[str, Value]) -> Value:
        """The answer to the next request. Raises the StudentFailure that stands in its place."""
        key = _key(op, fields)
        known = key if key in self._answers else (op,)
        if known not in self._answers:
            raise StudentRaised("RuntimeError", "nothing like this was asked before")
        answers, place = self._answers[known], self._next.get(known, 0)
        self._next[known] = place + 1
        true = answers[min(place, len(answers) - 1)]
        given = self._instead(self.asked, op, true)
        self.asked += 1
        if isinstance(given, StudentFailure):
            raise given
        return copied(given)


class _Replayed(Worker):
    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    @property
    def printed(self) -> str:
        return ""

    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        if self.ended:
            raise StudentStopped("The process that ran your code has ended.")
        try:
            return self._replay.answer(op, fields)
        except StudentStopped:
            self.ended = True
            raise

    def close(self) -> None:
        self.ended = True


def copied(value: Value) -> Value:
    """An answer that a check may write into."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)([copied(part) for part in value])
    return {key: copied(part) for key, part in value.items()} if isinstance(value, dict) else value


def _key(op: str, fields: dict[str, Value]) -> Key:
    about = [fields.get(name) for name in ("target", "name", "module")]
    return (op, *(each.handle if isinstance(each, Reference) else each for each in about))
