"""The grader's side: sources of workers, and one worker that is asked questions.

Nothing that a worker sends is believed beyond being a value. Time, memory and output are bounded from here,
by looking at the process from outside. Before a worker has said that it is ready, what goes wrong is a
`SandboxFault`; afterwards every end, silence or nonsense is a `StudentStopped`, because a program must not be
able to blame the grader.
"""

from __future__ import annotations

import contextlib
import functools
import re
import selectors
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar

from ..lockdown import driver, scratch
from ..wire import values
from ..wire.errors import SandboxFault, StudentEnded, StudentFailure, StudentStopped
from ..wire.frames import Assembler, TooLarge, frame
from ..wire.program import Limits, Program
from ..wire.values import Malformed, Value
from .answers import read_answer
from .output import MAX_PRINTED, Output, Printed

_PYTORCH_MB = 256  # of Python and PyTorch, for which a program's limit has room; builds for cards take more
_LATER_MB = 1536  # of a card's libraries, which are loaded with the first call that needs them
_AT = re.compile(rb'File "([^"\n]{1,200})", line (\d{1,6}) in ')  # a line of faulthandler's
_TELLING_SECONDS, _TELLING_PAUSE, _MOST_TOLD = 0.3, 0.01, 1 << 16
_MOST_FRAMES = 100  # as many as faulthandler tells of
_TICK = 0.05  # seconds between two looks at a worker's memory and folder; one more is taken after each answer
_READY_SECONDS = 60.0

W = TypeVar("W", bound="Workers")


class Workers(ABC):
    """A source of workers; used as a context manager."""

    device: str = "cpu"  # where a program's tensors are
    layers: Mapping[str, str] = {}  # protections in force, in words: {"user": "one of its own …", …}

    @abstractmethod
    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        """A worker with `program`, none of which has run yet. Raises SandboxFault.

        `refuse`: torch's recurrent layers raise in it.
        """

    @abstractmethod
    def close(self) -> None:
        """End every process that was started."""

    def __enter__(self: W) -> W:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Worker(ABC):
    """A process (or a stand-in for one) that holds one program."""

    ended: bool = False  # True once it can answer no more
    peak_mb: float = 0.0  # the most resident memory that was seen while it answered; 0 where nobody can tell

    @property
    @abstractmethod
    def printed(self) -> str:
        """What the student's code printed so far, cleaned, in at most 64,000 characters."""

    def take_printed(self) -> Printed:
        """What it printed since this was last asked for, where that is known."""
        return Printed()

    @abstractmethod
    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        """Have one operation done, within a share of the seconds that a call may take.

        Raises a `StudentFailure`, or `SandboxFault` when nothing of the student's ran.
        """

    @abstractmethod
    def close(self) -> None:
        """End it."""


class Process(Protocol):
    """What a `ProcessWorker` needs to know about the process at the other end."""

    scratch: Path  # the folder in which it works

    def kill(self) -> None: ...

    def freeze(self) -> None:
        """Stop it between questions, so that what it left running takes no time from others."""

    def thaw(self) -> None: ...

    def memory_mb(self) -> float | None:
        """Resident memory; None when unknown or ended."""

    def tell_where(self) -> None:
        """Have it print at which line it is, if it can."""

    def last_words(self) -> str:
        """What is known of its end, for a fault's message."""


def begin_message(program: Program, *, refuse: bool, device: str) -> dict[str, Any]:
    """The first request: the sources as text."""
    return {
        "operation": "begin",
        "modules": [[m.name, m.filename, m.source] for m in program.modules],
        "homes": dict(program.homes),
        "refuse": refuse,
        "device": device,
    }


class ProcessWorker(Worker):
    """A worker in another process, over one stream socket for answers and one for what it prints."""

    def __init__(
        self,
        process: Process,
        answers: socket.socket,
        output: socket.socket,
        program: Program,
        limits: Limits,
    ) -> None:
        self._process, self._answers, self._output = process, answers, output
        self._program, self._limits = program, limits
        self._number = 0
        self._printed = Output()
        self._trusted = True  # until the first request that runs the student's code
        self._device = "cpu"
        self._before_mb = 0.0  # resident memory that is not the program's
        self._next_look = 0.0  # at both bounds, by time.monotonic()
        answers.setblocking(False)
        output.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(answers, selectors.EVENT_READ)
        self._selector.register(output, selectors.EVENT_READ)

    # --- questions ------------------------------------------------------------------------------------------

    def wait_until_ready(self) -> None:
        """Until all layers of protection are in place, which is before the worker has seen any program."""
        self._hear_first("ready")

    def wait_for_pid(self) -> int:
        """The process id that a forked worker names first of all."""
        return self._hear_first("pid")

    def _hear_first(self, name: str) -> int:
        match self._receive(time.monotonic() + _READY_SECONDS):
            case {"fault": str(sentence)}, []:
                raise self._end(sentence)
            case dict(said), [] if isinstance(said.get(name), int):
                return int(said[name])
        raise self._end("The worker did not start as it should.")

    def begin(self, *, refuse: bool, device: str) -> None:
        """Hand over the program. Nothing of it runs yet."""
        self._exchange(begin_message(self._program, refuse=refuse, device=device), [], _READY_SECONDS)
        self._device = device
        resident = self._process.memory_mb() or 0.0
        # A card's driver and its libraries take more than most programs.
        self._before_mb = max(0.0, resident - _PYTORCH_MB) if device == "cpu" else resident + _LATER_MB

    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        if self.ended:
            raise StudentStopped("The process that ran your code has ended.")
        limits = self._limits
        seconds = limits.import_seconds if op == "load_module" else limits.call_seconds * share
        arrays: list[values.Array] = []
        message = {"operation": op, "fields": values.encode(fields, arrays)}
        self._trusted = False
        try:
            return self._exchange(message, arrays, seconds)
        except StudentFailure as failure:
            if self._device != "cpu" and driver.is_lost(str(failure)):
                self._kill()  # nothing that is asked of it later would be answered
            raise
        except BaseException:
            self._kill()  # an answer may still be on its way: it must not become the next one's
            raise

    def _exchange(self, message: dict[str, Any], arrays: list[values.Array], seconds: float) -> Value:
        self._number += 1
        data = frame({"number": self._number, **message}, arrays)
        self._drain()
        if self._pending():
            raise self._end("Your code wrote to the grader's own channel.")
        self._printed.begin_question()
        self._process.thaw()
        deadline = time.monotonic() + seconds
        self._send(data, deadline, seconds)
        answer, received = self._receive(deadline, seconds)
        self._look_at_bounds()
        self._process.freeze()
        self._drain()
        try:
            if self._trusted and isinstance(answer.get("fault"), str):
                raise self._end(answer["fault"])
            if answer.get("number") != self._number:
                raise Malformed("an answer to another question")
            if self._trusted:
                return None
            return read_answer(answer, received, self._program)
        except Malformed as error:
            raise self._end(_nonsense(error)) from None

    # --- bytes ----------------------------------------------------------------------------------------------

    def _send(self, data: bytes, deadline: float, seconds: float) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[self._answers.send(left) :]
            except BlockingIOError:
                self._selector.modify(self._answers, selectors.EVENT_WRITE)
                self._wait(deadline, seconds)
                self._selector.modify(self._answers, selectors.EVENT_READ)
            except OSError:
                raise self._end_of_process() from None

    def _receive(
        self, deadline: float, seconds: float = _READY_SECONDS
    ) -> tuple[dict[str, Any], list[values.Array]]:
        assembler = Assembler(limit=self._limits.frame_mb << 20)
        try:
            while assembler.missing:
                if self._answers in self._wait(deadline, seconds):
                    self._feed(assembler)
                    self._feed(assembler)  # the lengths have come: the rest is there, too, most often
            return assembler.take()
        except Malformed as error:
            raise self._end(_nonsense(error)) from None

    def _feed(self, assembler: Assembler) -> None:
        """Take what has come of a frame. Raises Malformed."""
        if not assembler.missing:
            return
        try:
            data = self._answers.recv(min(assembler.missing, 1 << 20))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise self._end_of_process()
        assembler.feed(data)

    def _wait(self, deadline: float, seconds: float) -> Sequence[object]:
        """The streams that are ready after at most a tick; ends the worker when it is over a limit."""
        ready = [key.fileobj for key, _ in self._selector.select(_TICK)]
        if self._output in ready:
            self._drain()
        if time.monotonic() > deadline:
            where = () if self._trusted else self._whereabouts()
            late = functools.partial(StudentStopped, frames=where)
            raise self._end(f"Your code did not finish within {seconds:g} seconds.", late)
        if time.monotonic() >= self._next_look:
            self._look_at_bounds()
        return ready

    def _whereabouts(self) -> tuple[tuple[str, int], ...]:
        """The lines of the program that it is at, outermost first, as it says; nothing where it does not."""
        known = {module.filename for module in self._program.modules if module.filename}
        said, until = b"", time.monotonic() + _TELLING_SECONDS
        where: list[tuple[str, int]] = []
        self._process.tell_where()
        while len(said) < _MOST_TOLD and time.monotonic() < until:
            try:
                data = self._output.recv(_MOST_TOLD)
            except BlockingIOError:
                if where:  # and a moment later no more has come
                    break
                time.sleep(_TELLING_PAUSE)
                continue
            except OSError:
                break
            if not data:
                break
            said += data
            told = ((name.decode("utf-8", "replace"), int(line)) for name, line in _AT.findall(said))
            where = [each for each in told if each[0] in known]
            time.sleep(_TELLING_PAUSE)
        return tuple(reversed(where[:_MOST_FRAMES]))

    def _look_at_bounds(self) -> None:
        """End a worker that uses too much memory or that wrote too much into its folder."""
        self._next_look = time.monotonic() + _TICK
        if self._trusted:
            return
        memory = self._process.memory_mb()
        self.peak_mb = max(self.peak_mb, memory or 0.0)
        if memory is not None and memory > self._before_mb + self._limits.memory_mb:
            raise self._end(f"Your code used more than {self._limits.memory_mb} MB of memory.")
        if what := scratch.over(self._process.scratch):
            raise self._end(f"Your code {what}.")

    def _drain(self) -> None:
        """Take what was printed, keep the first part of it, and end a worker that prints without end."""
        while True:
            try:
                data = self._output.recv(1 << 16)
            except BlockingIOError:
                return
            except (OSError, ValueError):
                data = b""
            if not data:  # closed, perhaps by the student's code: no reason to end it
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(self._output)
                return
            self._printed.add(data)
            if self._printed.size > self._limits.output_mb << 20:
                raise self._end(f"Your code printed more than {self._limits.output_mb} MB.")

    def _pending(self) -> bool:
        try:
            return bool(self._answers.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False
        except OSError:
            raise self._end_of_process() from None

    @property
    def printed(self) -> str:
        return self._printed.text

    def take_printed(self) -> Printed:
        return self._printed.take()

    # --- ends -----------------------------------------------------------------------------------------------

    def _end_of_process(self) -> Exception:
        # The kernel ends whoever asks for more memory than a machine has, before we can see that it did.
        causes = "os._exit, a crash in native code, or more memory than this machine has"
        return self._end(f"Your code ended the process that ran it ({causes}).", StudentEnded)

    def _end(self, sentence: str, kind: Callable[[str], StudentStopped] = StudentStopped) -> Exception:
        """End the worker; gives the exception to raise: whose fault it is depends on what has run."""
        words = self._process.last_words() if self._trusted else ""
        self._kill()
        if self._trusted:
            started = "The worker that was to run the student's code failed first."
            return SandboxFault(
                " ".join(part for part in (started, sentence if not words else "", words) if part)
            )
        return kind(sentence)

    def close(self) -> None:
        self._kill()

    def _kill(self) -> None:
        if self.ended:
            return
        self.ended = True
        with contextlib.suppress(OSError, ValueError):  # what was printed last is worth having
            self._printed.add(self._output.recv(4 * MAX_PRINTED))
        self._process.kill()
        self._selector.close()
        self._answers.close()
        self._output.close()


def _nonsense(error: Malformed) -> str:
    if isinstance(error, TooLarge):
        return str(error)
    return f"Your code sent the grader something other than its result ({error})."
