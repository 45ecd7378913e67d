"""Workers on any operating system: one plain subprocess, no lockdown.

For students' own machines, where trust is not needed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from ..lockdown import driver, scratch
from ..wire.errors import SandboxFault
from ..wire.program import Limits, Program
from . import watchdog
from .workers import ProcessWorker, Worker, Workers

_START_SECONDS = 120.0


class _Child:
    """A worker's process that this one started itself, with its two connections."""

    def __init__(self, device: str) -> None:
        self._base = scratch.base()
        self.scratch = self._base / "work"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        token = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-B",
                    str(Path(__file__).parents[1]),
                    "worker",
                    str(listener.getsockname()[1]),
                    str(self.scratch),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=environment(device) | scratch.environment(self.scratch),
                cwd=tempfile.gettempdir(),
            )
            assert self._process.stdin is not None
            self._lifeline = self._process.stdin  # held open for as long as the worker shall live
            with contextlib.suppress(OSError):
                self._lifeline.write(token.encode() + b"\n")
                self._lifeline.flush()
            self.answers, self.output = self._accept(listener, token)

    def _accept(self, listener: socket.socket, token: str) -> tuple[socket.socket, socket.socket]:
        listener.settimeout(0.2)
        found: dict[str, socket.socket] = {}
        deadline = time.monotonic() + _START_SECONDS
        while len(found) < 2:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise SandboxFault("The worker's interpreter did not start. " + self.last_words())
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            greeting = b""
            with contextlib.suppress(OSError):
                while not greeting.endswith(b"\n") and len(greeting) < 100:
                    greeting += connection.recv(1)
            # Another user of this machine may connect too; only the child knows the token.
            given, _, purpose = greeting.decode("ascii", "replace").strip().partition(" ")
            if secrets.compare_digest(given, token) and purpose in ("answers", "output"):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                found[purpose] = connection
            else:
                connection.close()
        return found["answers"], found["output"]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._lifeline.close()
        self._errors.close()
        scratch.remove(self._base)

    def freeze(self) -> None:
        pass

    def thaw(self) -> None:
        pass

    def tell_where(self) -> None:
        if os.name == "posix":
            self._process.send_signal(signal.SIGUSR1)

    def memory_mb(self) -> float | None:
        return watchdog.resident_mb(self._process.pid)

    def last_words(self) -> str:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
            return last_words(self._errors)
        return ""


class PortableWorkers(Workers):
    """One subprocess that `start`s use one after the other; a new one only after a crash or a time-out.

    Usable after os.fork(): each process that asks gets a subprocess of its own. With `fresh`, every start
    gets a new one.
    """

    def __init__(self, *, device: str = "cpu", fresh: bool = False) -> None:
        self.device, self._fresh = device, fresh
        self._owner = os.getpid()
        self._idle: _Child | None = None

    def start(self, program: Program, *, limits: Limits, refuse: bool = False) -> Worker:
        if self._owner != os.getpid():  # the subprocess is the parent's
            self._owner, self._idle = os.getpid(), None
        child, self._idle = self._idle, None
        if child is not None:
            with contextlib.suppress(SandboxFault):  # the program before may have broken it: take a new one
                return self._begin(_Reusable(self, child, program, limits), refuse)
        worker = _Reusable(self, _Child(self.device), program, limits)
        worker.wait_until_ready()
        return self._begin(worker, refuse)

    def _begin(self, worker: ProcessWorker, refuse: bool) -> Worker:
        worker.begin(refuse=refuse, device=self.device)
        return worker

    def take_back(self, child: _Child) -> bool:
        """Keep the subprocess for the next start, if there is none yet."""
        if self._fresh or self._idle is not None or self._owner != os.getpid():
            return False
        self._idle = child
        return True

    def close(self) -> None:
        if self._idle is not None and self._owner == os.getpid():
            self._idle.kill()
            self._idle.answers.close()
            self._idle.output.close()
        self._idle = None


class _Reusable(ProcessWorker):
    """Leaves its process alive when it is closed in good health."""

    def __init__(self, source: PortableWorkers, child: _Child, program: Program, limits: Limits) -> None:
        super().__init__(child, child.answers, child.output, program, limits)
        self._source, self._child = source, child

    def close(self) -> None:
        if not self.ended and self._source.take_back(self._child):
            self.ended = True
            self._selector.close()
        else:
            super().close()


def last_words(errors: IO[bytes]) -> str:
    """The end of what a process wrote into this file."""
    with contextlib.suppress(OSError, ValueError):
        errors.seek(0)
        return errors.read().decode("utf-8", "replace").strip()[-500:]
    return ""


def environment(device: str = "cpu") -> dict[str, str]:
    """What a sandboxed interpreter knows of its surroundings: nothing but what it or a driver needs."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR", "TEMP", "TMP") if name in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **one, **kept, **driver.variables(device)}
