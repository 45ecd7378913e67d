"""The warm process: a sandbox, all that is imported, and the checks, for as long as somebody watches."""

from __future__ import annotations

import contextlib
import gc
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path


@dataclass(frozen=True)
class Setup:
    """What the command line asks for; no `path` means the assignment's folder of templates/."""

    assignment: str
    path: Path | None = None
    only: tuple[str, ...] = ()
    config_file: Path | None = None


def main(setup: Setup, front: Connection) -> None:
    """Serve the front until it closes the connection. Ctrl-C is the front's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # until all is loaded: next to nothing of that is garbage
    from autograder import sandbox

    with contextlib.suppress(EOFError, OSError), sandbox.fastest() as workers:
        from autograder.watch.serving import serve  # only now: the workers start meanwhile

        serve(setup, workers, front)
