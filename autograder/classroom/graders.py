"""The engine's end of a grader server: start it, bound it from outside, renew it. Needs no torch, no checks.

Every outcome is a word and a sentence. The record itself is written by the server, into the shared folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

IDLE_SECONDS = 60.0  # after which a server that nobody asks ends itself
RENEW_AFTER = 200  # submissions: whatever grows in a server is bounded so
_START_SECONDS = 240.0
_END_SECONDS = 5.0
_MAX_LINE = 1 << 20  # bytes of an answer

# What became of a submission: verdicts; a sentence instead; verdicts with faults in them; no record at all.
# The last two end the whole run: the record could not be written; the server will not grade anything.
Status = Literal["graded", "unreadable", "pending", "fault", "unwritten", "refused"]

_START = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.classroom.server import main; main()"


@dataclass(frozen=True)
class Work:
    """What is the same for all submissions of a run. `rules` decide the verdicts, in the words of `keys`.

    `config` is a second configuration file, or "". `silence` is how many seconds may pass without a verdict.
    `server` is the command that starts a server, () for this package's; its argument is all of this as JSON.
    """

    root: str
    assignment: str
    folder: str
    rules: str
    silence: float
    config: str = ""
    only: tuple[str, ...] = ()
    server: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One submission to be graded: its line of the manifest, and the folder for its record."""

    id: str
    handed: str
    key: str
    target: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job, and in how many seconds; `said` is a sentence, or ""."""

    id: str
    status: Status
    said: str = ""
    seconds: float = 0.0

    @property
    def is_fault(self) -> bool:
        """Whether it is worth another try, alone."""
        return self.status in ("pending", "fault")


def recorded(job: Job) -> Outcome | None:
    """The outcome that a whole record with the job's key tells of; None where there is none."""
    from autograder.classroom import store  # heavier than a worker of an engine needs
    from autograder.classroom.handed import Handed

    record = store.load(Path(job.target), Handed.model_validate_json(job.handed))
    if record is None or not record.is_done(job.key):
        return None
    return Outcome(job.id, "unreadable" if record.problem else "graded", record.problem)


class Died(Exception):
    """A server ended, hung or said something that is no answer; the text is one sentence."""


class Grader:
    """One warm server after the other: a fresh one when the last has failed, or has done enough."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._server: Server | None = None

    def grade(self, job: Job, *, alone: bool = False) -> Outcome:
        """Have one submission graded; `alone` in a server of its own. Never raises for what it meets."""
        start = time.monotonic()
        if self._server is not None and (alone or self._server.is_worn):
            self.close()
        try:
            if self._server is None:
                self._server = Server(self.work)
            outcome = self._server.grade(job)
        except Died as error:
            outcome = Outcome(job.id, "fault", str(error), time.monotonic() - start)
        if alone or outcome.status not in ("graded", "unreadable"):
            self.close()
        return outcome

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.close()
            self._server = None


class Server:
    """A process that grades one submission after the other. It ends with the thread that started it (Linux).

    Elsewhere it ends when it has finished what it is at. Raises Died.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._count = 0
        self._buffer = b""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        package = str(Path(__file__).resolve().parents[2])
        # Isolated (-I): it is started where students' files may lie, none of which is to be imported.
        command = list(work.server) or [sys.executable, "-I", "-c", _START, package]
        setup = {**asdict(work), "parent": os.getpid()}
        self._process = subprocess.Popen(
            [*command, json.dumps(setup)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is the command's, which ends this
        )
        self._used = time.monotonic()
        self._refused = ""
        self._busy = True  # with a question that is not answered yet
        self._begin()

    def _begin(self) -> None:
        try:
            match self._answer(_START_SECONDS):
                case {"ready": True}:
                    self._busy = False
                case {"refused": str(sentence)}:
                    self._refused = sentence
                case {"fault": str(sentence)}:
                    raise Died(sentence)
                case _:
                    raise Died("The grader's server said something that is no answer.")
        except BaseException:
            self.close()
            raise

    @property
    def is_worn(self) -> bool:
        """Whether a fresh one should take its place."""
        idle = time.monotonic() - self._used > IDLE_SECONDS / 2
        return idle or self._count >= RENEW_AFTER or self._process.poll() is not None

    def grade(self, job: Job) -> Outcome:
        """Have one submission graded and its record written. Raises Died."""
        if self._refused:
            return Outcome(job.id, "refused", self._refused)
        self._count += 1
        self._busy = True
        start = time.monotonic()
        request = {"handed": json.loads(job.handed), "key": job.key, "target": job.target}
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._end_of_process() from None
        while True:
            match self._answer(self._work.silence):
                case {"seen": str()}:
                    continue
                case {
                    "status": "graded" | "unreadable" | "pending" | "fault" | "unwritten" as status,
                    "said": str(said),
                }:
                    self._busy = False
                    self._used = time.monotonic()
                    return Outcome(job.id, status, said, self._used - start)
                case _:
                    raise Died("The grader's server said something that is no answer.")

    def close(self) -> None:
        """End it, and with it all that it started; when it is busy, at once."""
        if self._busy:
            self._process.kill()
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # what it started ends with it
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        """The next line that it says."""
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or len(self._buffer) > _MAX_LINE:
                self._process.kill()
                raise Died(f"The grader's server gave no verdict within {seconds:g} seconds and was ended.")
            if select.select([source], [], [], left)[0]:
                part = os.read(source, 1 << 16)
                if not part:
                    raise self._end_of_process()
                self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        return answer if isinstance(answer, dict) else {}

    def _end_of_process(self) -> Died:
        self._process.kill()
        status = self._process.wait()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            words = self._errors.read().decode("utf-8", "replace").strip().splitlines()
            how += f": {words[-1][-300:]}" if words else ""
        return Died(f"The grader's server ended early ({how}).")
