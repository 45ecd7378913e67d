"""Several units at once: forked processes of the grader's that each run the checks of one unit."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.grading.collect import Planned
from autograder.results import CheckResult, Verdicts
from autograder.sandbox.lockdown import lifeline

if TYPE_CHECKING:
    from autograder.grading.run import Run

Listener = Callable[[CheckResult], None]
# Address space that a unit's process may take beyond what it starts with: a frame of answers three times, or
# twice the largest search for a layout; the smallest container of Gradescope's holds two such processes.
UNIT_MB = 320


def in_processes(run: Run, processes: int, grace_seconds: float, note: Listener) -> None:
    """Fork one process per unit, up to `processes` at a time; then, alone, one per check that was a fault.

    A process that dies leaves a fault where it died. Another one takes over the checks behind that.
    """
    known = dict(run.stand)

    def hear(verdict: CheckResult) -> None:
        known[verdict.id] = verdict
        note(verdict)

    crew = _Crew(run, known, hear, grace_seconds)
    crew.work(run.units.values(), processes)
    crew.work([[check] for check in run.faulted(known)], 1)


@dataclass
class _Child:
    """A process that runs checks of one unit. `waiting` are those without a verdict: the first one runs."""

    unit: str
    process: BaseProcess
    deadline: float
    waiting: list[Planned]


class _Crew:
    """The processes of one grading, by the end of a pipe at which their verdicts arrive."""

    def __init__(self, run: Run, known: Verdicts, hear: Listener, grace_seconds: float) -> None:
        self._run, self._known, self._hear = run, known, hear
        self._seconds = run.total_seconds + grace_seconds
        self._children: dict[connection.Connection, _Child] = {}
        self._to_do: list[tuple[list[Planned], float | None]] = []  # checks of one unit, and their deadline

    def work(self, batches: Iterable[Sequence[Planned]], processes: int) -> None:
        """Run all batches, each in a process of its own, those of a unit after the units it waits for."""
        self._to_do = [(list(checks), None) for checks in batches]
        try:
            while self._to_do or self._children:
                while len(self._children) < processes and (batch := self._next()):
                    self._start(*batch)
                ready = connection.wait(list(self._children), timeout=0.5)
                for pipe, child in list(self._children.items()):
                    ended = pipe in ready and not self._listen(pipe, child)
                    if ended or time.monotonic() > child.deadline:
                        self._reap(pipe, child)
        finally:
            for pipe, child in self._children.items():
                _end(pipe, child, kill=True)

    def _next(self) -> tuple[list[Planned], float | None] | None:
        """A batch that waits for no unit still to be done: of the unit that is to be first, else the largest.

        A large one would run alone at last.
        """
        open_units = {child.unit for child in self._children.values()}
        open_units |= {checks[0].unit for checks, _ in self._to_do}
        ready = [each for each in self._to_do if not self._run.waits_for[each[0][0].unit] & open_units]
        if not ready:
            return None
        batch = max(ready, key=lambda each: (each[0][0].unit == self._run.first, len(each[0])))
        self._to_do.remove(batch)
        return batch

    def _start(self, checks: list[Planned], deadline: float | None) -> None:
        fork = multiprocessing.get_context("fork")  # shares what is loaded, and the zygote
        reader, writer = fork.Pipe(duplex=False)
        arguments = (self._run, checks, self._known, writer, os.getpid())
        process = fork.Process(target=_run_unit, args=arguments, daemon=True)
        process.start()
        writer.close()
        until = time.monotonic() + self._seconds if deadline is None else deadline
        self._children[reader] = _Child(checks[0].unit, process, until, checks)

    def _listen(self, pipe: connection.Connection, child: _Child) -> bool:
        """Hear a verdict; False when the child has ended."""
        try:
            verdict: CheckResult = pipe.recv()
        except (EOFError, OSError):
            return False
        child.waiting = [check for check in child.waiting if check.id != verdict.id]
        self._hear(verdict)
        return True

    def _reap(self, pipe: connection.Connection, child: _Child) -> None:
        """End a child that is finished, dead or late, and see to the checks that it leaves behind."""
        del self._children[pipe]
        late = time.monotonic() > child.deadline
        status = _end(pipe, child, kill=late)
        if late:
            for check in child.waiting:
                self._hear(self._run.out_of_time(check))
        elif child.waiting:
            ran, *rest = child.waiting
            how = f"signal {-status}" if status < 0 else f"status {status}"
            said = f"The grader's own process for this check ended early ({how})."
            self._hear(ran.verdict("fault", said))
            if rest:
                self._to_do.append((rest, child.deadline))


def _run_unit(
    run: Run, checks: Sequence[Planned], known: Verdicts, pipe: connection.Connection, parent: int
) -> None:
    """What a child does; whatever happens in it, it says nothing but verdicts."""
    status = 1
    try:
        lifeline.end_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends this process
        bound_memory(UNIT_MB)
        run.unit(checks, known, pipe.send)
        status = 0
    finally:
        os._exit(status)


def bound_memory(megabytes: int) -> None:
    """Let this process take so much more address space than it has; then it gets a MemoryError instead.

    So an answer that makes the judge work without end fails its check, on every machine alike, before it can
    end a process or a container.
    """
    import resource  # there is none on Windows, where nothing is forked

    with contextlib.suppress(OSError, ValueError):  # where there is no /proc, as on a Mac
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _end(pipe: connection.Connection, child: _Child, kill: bool) -> int:
    """The exit code of a child that has ended, or that is ended now."""
    pipe.close()
    if kill:
        child.process.kill()
    child.process.join()
    status = child.process.exitcode
    child.process.close()
    assert status is not None
    return status
