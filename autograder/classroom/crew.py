"""Dask's workers on this machine: processes of one thread each, which end with whoever started them.

They are started by exec instead of by Dask's own nannies. Those spawn processes that take seconds until they
notice the end of their parent, and that the same Ctrl-C interrupts; these ask for their end before they
import anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from typing import Any

from autograder.classroom.engine import Stopped

_MOST_DEATHS = 10  # of each worker, one after the other without any outcome
# It does what `lifeline` does, which takes longer to import, and has the modules of whoever starts it.
_START = """
import os, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
    if os.getppid() != int(sys.argv[1]):
        os._exit(1)
import json
sys.path[:] = json.loads(sys.argv[2])
from autograder.classroom.crew import work
work(sys.argv[3], json.loads(sys.argv[4]))
"""


class Crew:
    """So many workers of one scheduler. Used by the thread that lives as long as they shall."""

    def __init__(self, address: str, count: int, settings: dict[str, Any]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the workers
        given = [str(os.getpid()), json.dumps(sys.path), address, json.dumps(settings)]
        self._command = [sys.executable, "-I", "-c", _START, *given]
        self._deaths = 0
        self._members = [self._started() for _ in range(count)]

    @property
    def pids(self) -> list[int]:
        return [member.pid for member in self._members]

    def keep_up(self) -> None:
        """Start another worker for each that has ended. Raises Stopped where that is of no use."""
        for place, member in enumerate(self._members):
            if member.poll() is not None:
                self._deaths += 1
                if self._deaths > _MOST_DEATHS * len(self._members):
                    raise Stopped(f"The engine's workers end as soon as they start. {self._last_words()}")
                self._members[place] = self._started()

    def has_done_something(self) -> None:
        """Hear that there was an outcome: those that end now and then are no reason to stop."""
        self._deaths = 0

    def close(self) -> None:
        """Kill all; their servers end with them."""
        for member in self._members:
            member.kill()
        for member in self._members:
            member.wait()
        self._errors.close()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is the command's, which ends this
        )

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            return " ".join(self._errors.read().decode("utf-8", "replace").split())[-300:]
        return ""


def work(address: str, settings: dict[str, Any]) -> None:
    """What a worker's process does, until its scheduler is gone."""
    import dask

    dask.config.set(settings)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    asyncio.run(_work(address))


async def _work(address: str) -> None:
    from distributed import Worker

    # No limit of memory: Dask sees only this process, none of what the server starts.
    async with Worker(address, nthreads=1, memory_limit=0, dashboard=False) as worker:
        await worker.finished()
