"""Ends a process as soon as the one that started it has ended, however that one ended.

Nobody can clean up after a SIGKILL, so every process of a grading sees to its own end:

    grader      forks units, starts the zygote: both ask the kernel for a signal at its end
    unit        asks the zygote for workers; at the unit's end the zygote ends them
    zygote      forks workers: they ask the kernel for a signal at its end
    portable    a child of the worker reads from a pipe that the grader holds open
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable

from . import libc

_PR_SET_PDEATHSIG = 1


def end_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when `parent`, which started it, ends (on Linux).

    More exactly, when the thread ends that started it: processes are started by threads that outlive them.
    A change of user clears the wish.
    """
    if sys.platform == "linux":
        libc.call_prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it has ended before the wish was made
            os.kill(os.getpid(), signal.SIGKILL)


def end_at_eof(descriptor: int, clean: Callable[[], None]) -> None:
    """Have this process ended, and `clean` called, when the other end of a pipe is closed.

    A child waits for that: it is in no way held up by what runs here. Where there is no fork a thread does,
    which code that never lets go of the interpreter holds up.
    """
    if not hasattr(os, "fork"):
        threading.Thread(target=_exit_at_eof, args=(descriptor,), daemon=True).start()
        return
    watched, child = os.getpid(), os.fork()
    if child:
        return
    try:
        os.setsid()  # who ends the group of the other spares this one
        _wait(descriptor)
        if os.getppid() == watched:  # not ended, so the number is still its own
            os.kill(watched, signal.SIGKILL)
        clean()
    finally:
        os._exit(0)


def _wait(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(descriptor, 1):
            pass


def _exit_at_eof(descriptor: int) -> None:
    _wait(descriptor)
    os._exit(1)
