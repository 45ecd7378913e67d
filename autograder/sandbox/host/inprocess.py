"""The same operations in the grader's own process: the baseline of a benchmark, and quick tests.

Never for untrusted code.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

from ..inside import worker
from ..wire import values
from ..wire.errors import StudentStopped
from ..wire.frames import MAX_REQUEST, Assembler, frame
from ..wire.program import Limits, Program
from ..wire.text import clean
from ..wire.values import Value
from . import workers
from .answers import read_answer
from .output import MAX_PRINTED


class InProcessWorkers(workers.Workers):
    """No process, no limits; values still go through the wire format, so that they are the same."""

    def __init__(self, *, device: str = "cpu") -> None:
        self.device = device
        self._current: _InProcessWorker | None = None

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> workers.Worker:
        if self._current is not None:  # two programs would share the names of their modules
            self._current.close()
        self._current = _InProcessWorker(program, refuse, self.device)
        return self._current

    def close(self) -> None:
        if self._current is not None:
            from ..inside import refuse  # imports torch, which is there by now

            self._current.close()
            refuse.remove()


class _InProcessWorker(workers.Worker):
    def __init__(self, program: Program, refuse: bool, device: str) -> None:
        request = workers.begin_message(program, refuse=refuse, device=device)
        self._program = program
        self._workspace: Any = worker.begin(request, locked=False)
        self._output = io.StringIO()

    @property
    def printed(self) -> str:
        return clean(self._output.getvalue(), MAX_PRINTED)

    def ask(self, op: str, /, share: float = 1.0, **fields: Value) -> Value:
        if self.ended:
            raise StudentStopped("The process that ran your code has ended.")
        message, arrays = _through_wire(fields)
        received = values.decode(message, arrays, references=True)
        answer: dict[str, Any]
        sent: list[values.Array] = []
        with contextlib.redirect_stdout(self._output), contextlib.redirect_stderr(self._output):
            try:
                answer = {"value": values.encode(self._workspace.perform(op, received), sent)}
            except BaseException as error:
                answer = worker.describe(error, self._workspace)
        return read_answer({"number": 0, **answer}, sent, self._program)

    def close(self) -> None:
        if not self.ended:
            self.ended = True
            self._workspace.close()


def _through_wire(value: Value) -> tuple[Any, list[values.Array]]:
    """Copies of everything, as a worker in another process would have."""
    arrays: list[values.Array] = []
    data = frame({"tree": values.encode(value, arrays)}, arrays)
    assembler = Assembler(1 << 31, MAX_REQUEST)
    while assembler.missing:
        n = assembler.missing
        assembler.feed(data[:n])
        data = data[n:]
    message, received = assembler.take()
    return message["tree"], received
