"""The kernel's end: starts the helper with the first check, asks it, and ends it with the kernel."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from autograder.notebook import kernel
from autograder.notebook.shown import Shown

ROOT = Path(__file__).resolve().parents[2]
# The packages that the helper imports, by the name of the module where that is another.
PACKAGES = {
    "numpy": "numpy",
    "safetensors": "safetensors",
    "pytest": "pytest",
    "markdown-it-py": "markdown_it",
    "pydantic": "pydantic",
    "pyyaml": "yaml",
    "rich": "rich",
    "jinja2": "jinja2",
}
NO_NOTEBOOK = "This works in a notebook. Elsewhere type `python check.py` in a terminal."


class Notebook:
    """Checks what was run in this kernel; made like Otter's `Notebook`, with the same `check`.

    `assignment` is needed only where neither the folder nor the definitions tell which one it is.
    """

    def __init__(self, assignment: str = "") -> None:
        self._assignment = assignment
        self._helper: _Helper | None = None

    def check(self, *names: str, assignment: str = "") -> Shown:
        """Check units, classes, functions or checks by name; without names, all units."""
        runs = kernel.runs()
        if runs is None:
            return Shown.sentence(NO_NOTEBOOK)
        question = {
            "runs": runs,
            "folder": str(kernel.folder()),
            "names": [str(name) for name in names],
            "assignment": assignment or self._assignment,
        }
        return self._ask(json.dumps(question))

    def check_all(self) -> Shown:
        """Check all units."""
        return self.check()

    def _ask(self, question: str) -> Shown:
        if self._helper is None or not self._helper.lives():
            python = _python()
            lacking = _lacking() if python == sys.executable else []
            if lacking and not (kernel.is_colab() and _install(lacking)):
                return Shown.sentence(
                    f"Run `%pip install {' '.join(lacking)}` in a cell, then this one again."
                )
            self._helper = _Helper(python)
        try:
            return self._helper.ask(question)
        except BaseException as error:  # an interrupt, too: what it was at is not worth waiting for
            self._helper.end()
            if not isinstance(error, OSError | ValueError):
                raise
            said = " ".join(("The checks ended early.", self._helper.last_words(), "Run this cell again."))
            return Shown.sentence(" ".join(said.split()))


class _Helper:
    """The process beside the kernel."""

    def __init__(self, python: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        self._process = subprocess.Popen(
            [python, "-m", "autograder.notebook"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            encoding="utf-8",
            start_new_session=True,  # Jupyter interrupts the kernel's whole group
        )
        atexit.register(self.end)

    def ask(self, question: str) -> Shown:
        """Its answer. Raises OSError or ValueError when it has ended instead."""
        asked, answered = _open(self._process.stdin), _open(self._process.stdout)
        asked.write(question + "\n")
        asked.flush()
        return Shown(**json.loads(answered.readline()))

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """End it, and with it its workers."""
        atexit.unregister(self.end)
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                _open(stream).close()

    def last_words(self) -> str:
        """The last line that it left."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # both are pipes
    return stream


def _python() -> str:
    """The interpreter that the course has set up, else the kernel's own."""
    for inside in ("bin/python", "Scripts/python.exe"):
        if (ROOT / ".venv" / "ready").is_file() and (ROOT / ".venv" / inside).exists():
            return str(ROOT / ".venv" / inside)
    return sys.executable


def _lacking() -> list[str]:
    """The packages to install; torch is the notebook's own, and never among them."""
    return [package for package, module in PACKAGES.items() if importlib.util.find_spec(module) is None]


def _install(packages: list[str]) -> bool:
    """Install packages for this interpreter, saying which; False when that fails."""
    print(f"Installing {', '.join(packages)}.")
    command = [sys.executable, "-m", "pip", "install", "--quiet", *packages]
    return subprocess.run(command, check=False).returncode == 0
