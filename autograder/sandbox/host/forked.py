"""Workers that are forks of a zygote, which has torch warm: locked down, or plain for one's own code.

Either kind may be shared by forks of the grader: each of them starts workers of its own at the same time.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import connection
from pathlib import Path
from typing import Any

from ..lockdown import scratch
from ..wire.errors import SandboxFault
from ..wire.program import Limits, Program
from . import watchdog
from .portable import environment, last_words
from .workers import ProcessWorker, Worker, Workers

_START_SECONDS = 120.0


class ForkedWorkers(Workers):
    """Without any lockdown, for students' own machines. Raises SandboxFault where nothing can be forked so.

    The zygote is started here, by exec, with a scrubbed environment. It imports torch while its user goes on.
    """

    _role = "open"

    def __init__(self, *, device: str = "cpu") -> None:
        if sys.platform != "linux":  # on a Mac, what torch is built on does not survive a fork
            raise SandboxFault("Forked workers need Linux.")
        _look_for_pidfds()
        self._owner = os.getpid()
        self.device = device
        self._scratch = scratch.base()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        role = [self._role, str(theirs.fileno()), str(os.getpid()), str(self._scratch), device]
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-I", "-B", str(Path(__file__).parents[1]), "zygote", *role],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=environment(device),
                cwd="/",
                pass_fds=[theirs.fileno()],
            )
        self._started = False

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        if not self._started:
            self._wait_for_layers()
            self._started = True
        folder = self._scratch / secrets.token_hex(8)
        request = json.dumps(
            {"memory_mb": limits.memory_mb, "refuse": refuse, "scratch": str(folder)}
        ).encode()
        answers, their_answers = socket.socketpair()
        output, their_output = socket.socketpair()
        with their_answers, their_output:
            try:
                socket.send_fds(self._control, [request], [their_answers.fileno(), their_output.fileno()])
            except OSError:
                answers.close()
                output.close()
                raise SandboxFault("The zygote has ended. " + self._last_words()) from None
        process = _Forked(folder, self._last_words)
        worker = ProcessWorker(process, answers, output, program, limits)
        process.identify(worker.wait_for_pid())
        worker.wait_until_ready()
        worker.begin(refuse=refuse, device=self.device)
        return worker

    def close(self) -> None:
        if self._owner == os.getpid():
            self._end_zygote()
        else:  # a fork of the grader: the zygote is not its to end
            self._control.close()

    def _wait_for_layers(self) -> dict[str, str]:
        """The protections that the zygote names when it is ready. It is said once, for forks to hear, too."""
        if not connection.wait([self._control], _START_SECONDS):
            raise SandboxFault(f"The zygote did not start within {_START_SECONDS:g} seconds.")
        said: Any = {}
        with contextlib.suppress(OSError):
            said = json.loads(self._control.recv(1 << 16, socket.MSG_PEEK) or b"{}")
        match said:
            case {"layers": dict(layers)}:
                return layers
            case {"fault": str(sentence)}:
                raise SandboxFault(sentence)
        raise SandboxFault("The zygote did not start. " + self._last_words())

    def _end_zygote(self) -> None:
        """Have it end its workers and itself; it sweeps their users first. While it starts, it just ends."""
        self._zygote.terminate()
        self._control.close()
        try:
            self._zygote.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._zygote.kill()  # its workers die with it
            self._zygote.wait()
        scratch.remove(self._scratch)
        self._errors.close()

    def _last_words(self) -> str:
        return last_words(self._errors)


class ZygoteWorkers(ForkedWorkers):
    """Each locked down before it sees a program. Create it before anything hidden is read.

    Raises SandboxFault, also where no safe lockdown is possible. On a `device` other than the CPU every
    worker makes a context of its own before it is locked down; see driver.py. Whether that works on a machine
    is known only after `self_test`.
    """

    _role = "locked"

    def __init__(self, *, device: str = "cpu") -> None:
        if sys.platform != "linux":
            raise SandboxFault("Locked-down workers need Linux.")
        if os.geteuid() != 0:  # workers have this process's user then, and must not look into it
            from ..lockdown import layers as lockdown  # Linux only

            lockdown.hide_from_others()
        super().__init__(device=device)
        try:
            self.layers = self._wait_for_layers()
        finally:
            if not self.layers:
                self._end_zygote()


def _look_for_pidfds() -> None:
    """Raise SandboxFault where processes cannot be held by a descriptor, by the system or by Python."""
    try:
        os.close(os.pidfd_open(os.getpid()))
        held = hasattr(signal, "pidfd_send_signal")
    except (AttributeError, OSError):
        held = False
    if not held:
        raise SandboxFault("Forked workers need Linux 5.3, and a Python that was built for it.")


class _Forked:
    """A worker's process, which is the zygote's child.

    It is held by a pidfd, so that a reused process id cannot be hit.
    """

    def __init__(self, folder: Path, last_words: Callable[[], str]) -> None:
        self.scratch = folder
        self._last_words = last_words
        self._pid = 0
        self._pidfd = -1
        self._frozen = False

    def identify(self, pid: int) -> None:
        """Called with what the worker says before any student code is in it."""
        self._pid, self._pidfd = pid, os.pidfd_open(pid)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._pidfd >= 0:
            os.close(self._pidfd)
        self._pidfd = -1

    def freeze(self) -> None:
        # Its only thread waits for the next question; two signals would take a fifth of a question's time.
        if watchdog.threads(self._pid) != 1:
            self._signal(signal.SIGSTOP)
            self._frozen = True

    def thaw(self) -> None:
        if self._frozen:
            self._signal(signal.SIGCONT)
            self._frozen = False

    def tell_where(self) -> None:
        self._signal(signal.SIGUSR1)

    def memory_mb(self) -> float | None:
        return watchdog.resident_mb(self._pid) if self._pid else None

    def last_words(self) -> str:
        return self._last_words()

    def _signal(self, number: signal.Signals) -> None:
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)
