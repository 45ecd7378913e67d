"""Several units at once: forked processes of the grader's that each run the checks of one unit."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.grading.collect import Planned
from autograder.results import CheckResult
from autograder.sandbox.lockdown import lifeline

if TYPE_CHECKING:
    from autograder.grading.run import Run

Report = Callable[[CheckResult], None]
# Address space that a unit's process may take beyond what it starts with: a frame of answers three times, or
# twice the largest search for a layout; the smallest container of Gradescope's holds two such processes.
UNIT_MB = 320


@dataclasses.dataclass
class _Child:
    """A forked process that runs checks of one unit and sends its verdicts as JSON lines.

    `waiting` are those without a verdict yet: the first of them is the one that runs.
    """

    unit: str
    pid: int
    deadline: float
    waiting: list[Planned]
    buffer: bytes = b""

    def take(self, data: bytes) -> Iterator[CheckResult]:
        """The verdicts that are complete with these bytes."""
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            verdict = CheckResult(**json.loads(line))
            self.waiting = [check for check in self.waiting if check.id != verdict.id]
            yield verdict


def in_processes(run: Run, processes: int, grace_seconds: float, note: Report) -> None:
    """Fork one process per unit, up to `processes` at a time; then, alone, one per check that was a fault.

    A process that dies leaves a fault where it died. Another one takes over the checks behind that.
    """
    known: dict[str, CheckResult] = {}

    def hear(verdict: CheckResult) -> None:
        known[verdict.id] = verdict
        note(verdict)

    crew = _Crew(run, known, hear, grace_seconds)
    crew.work(run.units.values(), processes)
    crew.work([[check] for check in run.faulted(known)], 1)


class _Crew:
    """The processes of one grading."""

    def __init__(
        self, run: Run, known: Mapping[str, CheckResult], hear: Report, grace_seconds: float
    ) -> None:
        self._run, self._known, self._hear = run, known, hear
        self._seconds = run.total_seconds + grace_seconds
        self._children: dict[int, _Child] = {}  # by the reading end of the pipe
        self._to_do: list[tuple[list[Planned], float | None]] = []  # checks of one unit, and their deadline

    def work(self, batches: Iterable[Sequence[Planned]], processes: int) -> None:
        """Run all batches, each in a process of its own, those of a unit after the units it waits for."""
        self._to_do = [(list(checks), None) for checks in batches]
        with selectors.DefaultSelector() as selector:
            try:
                while self._to_do or self._children:
                    while len(self._children) < processes and (batch := self._next()):
                        selector.register(self._start(*batch), selectors.EVENT_READ)
                    ready = [key.fd for key, _ in selector.select(timeout=0.5)]
                    for reader, child in list(self._children.items()):
                        if not self._listen(reader, child, reader in ready):
                            selector.unregister(reader)
                            self._reap(reader, child)
            finally:
                for reader, child in self._children.items():
                    _end(child, reader, kill=True)

    def _next(self) -> tuple[list[Planned], float | None] | None:
        """A batch that waits for no unit which is still to be done."""
        open_units = {child.unit for child in self._children.values()}
        open_units |= {checks[0].unit for checks, _ in self._to_do}
        for batch in self._to_do:
            if not self._run.waits_for[batch[0][0].unit] & open_units:
                self._to_do.remove(batch)
                return batch
        return None

    def _start(self, checks: list[Planned], deadline: float | None) -> int:
        reader, pid = _fork(self._run, checks, self._known, list(self._children))
        until = time.monotonic() + self._seconds if deadline is None else deadline
        self._children[reader] = _Child(checks[0].unit, pid, until, checks)
        return reader

    def _listen(self, reader: int, child: _Child, ready: bool) -> bool:
        """Hear what a child says; False when it has ended, or is to be ended because it is late."""
        data = os.read(reader, 1 << 16) if ready else None
        if data:
            for verdict in child.take(data):
                self._hear(verdict)
        return data != b"" and (bool(data) or time.monotonic() <= child.deadline)

    def _reap(self, reader: int, child: _Child) -> None:
        """End a child that is finished, dead or late, and see to the checks that it leaves behind."""
        del self._children[reader]
        late = time.monotonic() > child.deadline
        status = _end(child, reader, kill=late)
        if late:
            for check in child.waiting:
                self._hear(self._run.out_of_time(check))
        elif child.waiting:
            ran, *rest = child.waiting
            how = (
                f"signal {os.WTERMSIG(status)}"
                if os.WIFSIGNALED(status)
                else f"status {os.waitstatus_to_exitcode(status)}"
            )
            said = f"The grader's own process for this check ended early ({how})."
            self._hear(ran.verdict("fault", said))
            if rest:
                self._to_do.append((rest, child.deadline))


def _fork(
    run: Run, checks: Sequence[Planned], known: Mapping[str, CheckResult], others: Iterable[int]
) -> tuple[int, int]:
    """Start a process that runs `checks`; returns the reading end of its pipe and its pid."""
    reader, writer = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if pid:
        os.close(writer)
        return reader, pid
    status = 1
    try:
        lifeline.end_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends this process
        bound_memory(UNIT_MB)
        for descriptor in (reader, *others):
            os.close(descriptor)
        with os.fdopen(writer, "wb", buffering=0) as pipe:
            run.unit(checks, known, lambda verdict: _send(pipe.fileno(), verdict))
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


def _send(pipe: int, verdict: CheckResult) -> None:
    data = json.dumps(dataclasses.asdict(verdict)).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


def _end(child: _Child, reader: int, kill: bool) -> int:
    os.close(reader)
    if kill:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    return os.waitpid(child.pid, 0)[1]
