"""Runs the reader in a process of its own, so that no file can cost more than its share of time and memory.

    grader ── fork ──► child: limits, read, pickle ──► pipe ──► grader: Submission, or one sentence

The child only parses; no code of a student's runs in it. So its answer may be a pickle, and a fork of the
grader will do. Where there is no fork (Windows), which only serves students' own checks, the reader's own
bounds on sizes have to be enough.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

from autograder.submission.files import Unreadable, shown

CPU_SECONDS = 4
WALL_SECONDS = 12.0  # for machines that are busy with something else
MEMORY = 320 << 20  # bytes beyond what the grader has itself
MAX_ANSWER = 64 << 20

T = TypeVar("T")


def call(read: Callable[[], T], name: str) -> T:
    """What `read` returns; Unreadable, in one sentence, for all that it raises or uses up.

    A child that somebody has killed, as a kernel does that is short of memory, is tried once more.
    """
    if not hasattr(os, "fork"):
        return _sentenced(read, name)
    try:
        return _in_child(read, name)
    except _Killed:
        with contextlib.suppress(_Killed):
            return _in_child(read, name)
    raise _costly(name, "too long to read, or too much memory")


class _Killed(Exception):
    """The child was ended by neither its limits nor its parser."""


def _in_child(read: Callable[[], T], name: str) -> T:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _serve(read, name, writer)
    os.close(writer)
    try:
        data = _receive(reader)
    finally:
        os.close(reader)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if data is None:
        raise _costly(name, "too long to read")
    try:
        good, answer = pickle.loads(data)
    except (EOFError, pickle.UnpicklingError):  # it was ended: by its limit, or by a crash of Python's parser
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            raise _Killed from None
        raise _costly(name, "too long to read, or too much memory") from None
    if good:
        return answer  # type: ignore[no-any-return]
    raise Unreadable(answer)


def _costly(name: str, what: str) -> Unreadable:
    return Unreadable(f"{shown(name)} takes {what}: hand in only your own code, without data in it.")


def _serve(read: Callable[[], object], name: str, writer: int) -> NoReturn:
    """In the child: read, answer, end."""
    try:
        _limit()
        try:
            answer: tuple[bool, object] = (True, _sentenced(read, name))
        except Unreadable as error:
            answer = (False, str(error))
        try:
            data = pickle.dumps(answer)
        except (RecursionError, MemoryError):
            data = pickle.dumps((False, str(_costly(name, "too much memory to read"))))
        while data:
            data = data[os.write(writer, data) :]
    finally:
        os._exit(0)


def _sentenced(read: Callable[[], T], name: str) -> T:
    """What `read` returns; whatever else it raises than Unreadable becomes Unreadable."""
    try:
        return read()
    except Unreadable:
        raise
    except MemoryError:
        raise _costly(name, "too much memory to read") from None
    except RecursionError:
        raise Unreadable(f"{shown(name)} is nested too deeply to be read.") from None
    except Exception as error:
        raise Unreadable(
            f"{shown(name)} cannot be read ({type(error).__name__}): is it what you meant to hand in?"
        ) from None


def _limit() -> None:
    """Bound this process, and let it end when the grader ends."""
    import resource

    gc.disable()  # what is parsed has no rings, and a collection would copy the grader's memory
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    if sys.platform == "linux":
        from autograder.sandbox.lockdown import libc

        libc.call_prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _receive(reader: int) -> bytes | None:
    """All that the child sends; None when it is late or sends too much."""
    data = bytearray()
    deadline = time.monotonic() + WALL_SECONDS
    while len(data) <= MAX_ANSWER:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, 1 << 20)
        if not part:
            return bytes(data)
        data += part
    return None
