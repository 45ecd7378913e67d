"""A terminal of the tests' own, with `check --watch` in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds until what does not come is taken not to come: for machines that are busy
CLEAR = "\x1b[2J"
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def environment() -> dict[str, str]:
    """One in which the house is found, and no setting of a terminal counts."""
    known = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    path = os.pathsep.join([str(REPOSITORY), *filter(None, sys.path)])
    return {**known, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "TERM": "xterm"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "autograder", "check", "demo", *arguments, "--watch"]


class Watching:
    """A process and its terminal: what that shows, and which keys it gets."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._ours, self._theirs = pty.openpty()
        self.resize(100)
        self.mode_before = self.mode
        self.process = subprocess.Popen(
            command(*arguments),
            cwd=folder,
            env=environment(),
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # its controlling terminal
        )

    @property
    def mode(self) -> object:
        return termios.tcgetattr(self._theirs)

    def until(self, *wanted: str, also: Callable[[str], bool] = bool) -> str:
        """The screen, as one line, once all of this is on it that came after the last key or save.

        `also` says of such a screen whether it is the one that is waited for.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            screen = " ".join(CODES.sub("", self._shown.rpartition(CLEAR)[2]).split())
            if all(each in screen for each in wanted) and also(screen):
                return screen
            assert self._read(deadline - time.monotonic()), f"{wanted} did not come: {screen}"

    def resize(self, columns: int) -> None:
        self._shown = ""
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))

    def press(self, keys: str) -> None:
        self._shown = ""
        os.write(self._ours, keys.encode())

    def save(self, path: Path, text: str) -> None:
        """As editors do that leave no half-written file behind: a new file takes the old one's place."""
        self._shown = ""
        draft = path.with_name(f".{path.name}.tmp")
        draft.write_text(text)
        draft.replace(path)

    def family(self) -> list[psutil.Process]:
        """The process and all that it has started."""
        front = psutil.Process(self.process.pid)
        return [front, *front.children(recursive=True)]

    def exit_code(self) -> int:
        """What it ends with; until then, what it shows is read."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline
            self._read(0.1)
        return self.process.returncode

    def close(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in reversed(self.family()):
                process.kill()
        self.process.wait()
        os.close(self._theirs)
        os.close(self._ours)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(seconds, 0))
        if ready:
            self._shown += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        return bool(ready)


@pytest.fixture(scope="module")
def watching() -> Iterator[Callable[..., Watching]]:
    """Starts `check demo ARGUMENTS --watch` in a folder, with a terminal; all end with the module."""
    started: list[Watching] = []

    def start(folder: Path, *arguments: str) -> Watching:
        started.append(Watching(folder, *arguments))
        return started[-1]

    yield start
    for each in started:
        each.close()
