"""Runs the grading, and Otter, as processes of their own with a deadline. Standard library only.

However this process ends, nothing stays: the processes end with it, and a temporary folder has a process that
waits for that end to remove it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOTAL_SECONDS = 570.0  # Gradescope's default time-out is 600
GRADING_SECONDS = 520.0
DRIVER = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
SUBMISSION = "RNN_GRADER_SUBMISSION"  # a path to grade, not the driver notebook that `otter run` was given

REMOVE = """
import shutil, sys, time
sys.stdin.read()
for _ in range(40):  # a process that is being ended may still write into it
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    time.sleep(0.02)
"""
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1

Results = dict[str, Any]  # Gradescope's results.json


def unfinished(sentence: str = "") -> Results:
    """Results without a verdict: no points, and why (default: that the autograder did not finish)."""
    results = read(HERE / "unfinished.json") or {"score": 0, "tests": []}
    return {**results, "output": sentence or results.get("output", "")}


def grade(submission: Path, *, require: Iterable[str] = (), seconds: float = GRADING_SECONDS) -> Results:
    """Grade a file or folder in a separate process and return Gradescope's results.

    `require` names the protections without which no student code runs ("user", "seccomp"). Never raises: a
    grading that exceeds `seconds` gives `unfinished()`, and so does one that dies or writes nonsense, when it
    was tried once more in what is left of them.
    """
    until = time.monotonic() + seconds
    results: Results | None = None
    ended: int | None = None
    try:
        for _ in range(2):
            with scratch("grading-") as folder:
                out = folder / "results.json"
                command = [str(HERE / "grade_submission.py"), str(submission.absolute()), str(out), *require]
                ended = _run(command, cwd=folder, seconds=until - time.monotonic())
                results = read(out)
            if results is not None or ended is None:
                break
    except OSError as error:
        return unfinished(f"The grading could not start ({error.strerror}): tell the course staff.")
    if ended is None:
        return unfinished(f"The grading was stopped after {seconds:.0f} seconds: tell the course staff.")
    return results if results is not None else unfinished()


def report_through_otter(source: Path, autograder: Path, verdict: Results, seconds: float) -> str:
    """Let Otter print its summary of `verdict` and write results.pkl; returns a sentence for the log.

    Otter works on a stage that holds a driver notebook and nothing of the student's.
    """
    try:
        return _report(source, autograder, verdict, seconds)
    except OSError as error:
        return f"was not run ({error})"


def _report(source: Path, autograder: Path, verdict: Results, seconds: float) -> str:
    with scratch("otter-") as stage:
        for name in ("source", "submission", "results"):
            (stage / name).mkdir()
        shutil.copy(source / "otter_config.json", stage / "source")
        shutil.copytree(source / "tests", stage / "source" / "tests")
        (stage / "submission" / "driver.ipynb").write_text(DRIVER, encoding="utf-8")
        metadata = read(autograder / "submission_metadata.json") or {}
        write(metadata, stage / "submission_metadata.json")
        write(verdict, stage / "verdict.json")
        if _run([str(HERE / "otter_report.py"), str(source), str(stage)], cwd=stage, seconds=seconds) != 0:
            return "failed; results.json does not depend on it"
        if read(stage / "results" / "results.json") != verdict:
            return "reported something else; results.json keeps the grader's verdict"
        with contextlib.suppress(OSError):
            _replace(autograder / "results" / "results.pkl", (stage / "results" / "results.pkl").read_bytes())
    return "reports the same verdict"


def read(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is none, or it is something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write(record: dict[str, Any], path: Path) -> None:
    """Write JSON so that a reader sees the old file or the new one, never half of it. Raises OSError."""
    _replace(path, json.dumps(record, indent=1).encode())


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """A temporary folder, removed in the end: also that of a process which is killed. Raises OSError."""
    folder = Path(tempfile.gettempdir(), prefix + secrets.token_hex(8))
    remover = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", REMOVE, str(folder)],
        stdin=subprocess.PIPE,  # of which this process alone holds the other end
        start_new_session=True,  # who ends all that this process has started spares it
    )
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        assert remover.stdin is not None
        remover.stdin.close()
        remover.kill()
        remover.wait()


def mortal() -> Callable[[], None] | None:
    """What a new process does first (as `preexec_fn`), so that it ends with this one, however that ends."""
    return functools.partial(_end_with, os.getpid()) if _LIBC is not None else None


def _end_with(parent: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _run(script: Sequence[str], *, cwd: Path, seconds: float) -> int | None:
    """Run one of our scripts, isolated from Python's settings: its exit code, or None when out of time."""
    sys.stdout.flush()
    command = [sys.executable, "-I", "-B", *script]
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "TMPDIR": str(cwd)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=mortal(),
    )
    try:
        return process.wait(max(seconds, 1.0))
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        if hasattr(os, "killpg"):  # what it may have left behind; not on Windows
            _end_group(process.pid)
        process.wait()


def _end_group(group: int) -> None:
    """End what a process has left in its group; who hears the first signal has a moment to clean up."""
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGTERM)
        for _ in range(50):
            time.sleep(0.02)
            os.killpg(group, 0)  # raises once none is left
        os.killpg(group, signal.SIGKILL)
