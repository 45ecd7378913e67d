"""What an engine is: whoever turns jobs into outcomes, on any machine and in any order.

`shards.InTurn` has one server and no network; `dask_engine.Cluster` has as many as there are workers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from autograder.classroom.graders import Job, Outcome, Work

OnRunning = Callable[[Collection[str]], None]  # is told now and then which submissions are being graded


class Stopped(Exception):
    """The run cannot go on; what is done stays. The text is one sentence, which says what to do."""

    def __init__(self, sentence: str, *, is_fault: bool = True) -> None:
        super().__init__(sentence)
        self.is_fault = is_fault


class Engine(Protocol):
    """Grades; used as a context manager, within which its processes live."""

    def __enter__(self) -> Engine: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None: ...

    def grade(
        self, work: Work, jobs: Sequence[Job], on_running: OnRunning, *, alone: bool = False
    ) -> Iterator[Outcome]:
        """The outcome of each job, as it comes; one at a time, each in a fresh server, if `alone`.

        Raises Stopped when no more can be graded at all.
        """
        ...
