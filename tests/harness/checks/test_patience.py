"""A call that has to be stopped costs its limit once, and no call that ends is refused."""

from __future__ import annotations

from typing import Any

from autograder.checks import Student
from autograder.sandbox import Limits, Program, StudentStopped, Value, Worker, Workers


class Sleepy(Worker):
    """Answers handles to `new`; what a call costs is written down, and some never end."""

    def __init__(self, log: list[float]) -> None:
        self._log, self._made = log, list[str]()

    @property
    def printed(self) -> str:
        return ""

    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        if op == "new":
            self._made.append(str(fields["args"]))
            return len(self._made) - 1
        if op == "load_module":
            return None
        target: Any = fields["target"]
        if "lstm" in self._made[target.handle] or fields["args"] == ["forever"]:
            self.ended = True
            self._log.append(share)
            raise StudentStopped(f"Your code did not finish within {share * 10:g} seconds.")
        return (share, [*fields["args"]])  # type: ignore[misc, list-item]

    def close(self) -> None:
        self.ended = True


class SleepyWorkers(Workers):
    def __init__(self) -> None:
        self.log: list[float] = []

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        return Sleepy(self.log)

    def close(self) -> None: ...


def stopped(student: Student, kind: str, **more: Any) -> str:
    try:
        student.call(student.new("DeepRNN", kind), **more)
    except StudentStopped as failure:
        return failure.sentence
    raise AssertionError("it ended")


def student(workers: Workers) -> Student:
    return Student(workers, Program((), {"DeepRNN": "loop", "Cell": "cells"}), limits=Limits())


def test_calls_of_the_kind_that_was_stopped_get_less_and_less_time_and_the_same_sentence() -> None:
    workers = SleepyWorkers()
    theirs = student(workers)
    said = {stopped(theirs, "lstm") for _ in range(6)}
    assert said == {"Your code did not finish within 10 seconds."}
    assert workers.log == [1.0, 0.1, 0.05, 0.025, 0.025, 0.025]


def test_another_kind_is_asked_all_the_same() -> None:
    workers = SleepyWorkers()
    theirs = student(workers)
    stopped(theirs, "lstm")
    assert theirs.call(theirs.new("DeepRNN", "gru")) == 0.5
    assert theirs.call(theirs.new("DeepRNN", "gru"), grad=True) == 1.0  # what trains may take its time
