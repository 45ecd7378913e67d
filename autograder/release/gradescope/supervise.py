"""Runs the grading, and Otter, as processes of their own with a deadline. Standard library only."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOTAL_SECONDS = 570.0  # Gradescope's default time-out is 600
GRADING_SECONDS = 520.0
DRIVER = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
SUBMISSION = (
    "RNN_GRADER_SUBMISSION"  # a path to grade in place of the driver notebook that `otter run` was given
)

Results = dict[str, Any]  # Gradescope's results.json


def unfinished(sentence: str = "") -> Results:
    """Results without a verdict: no points, and why (default: that the autograder did not finish)."""
    results = read(HERE / "unfinished.json") or {"score": 0, "tests": []}
    return {**results, "output": sentence or results.get("output", "")}


def grade(submission: Path, *, require: Iterable[str] = (), seconds: float = GRADING_SECONDS) -> Results:
    """Grade a file or folder in a separate process and return Gradescope's results.

    `require` names the protections without which no student code runs ("user", "seccomp"). Never raises: a
    grading that dies, exceeds `seconds` or writes nonsense gives `unfinished()`.
    """
    with tempfile.TemporaryDirectory(prefix="grading-") as scratch:
        out = Path(scratch) / "results.json"
        command = [str(HERE / "grade_submission.py"), str(submission.absolute()), str(out), *require]
        ended = _run(command, cwd=Path(scratch), seconds=seconds)
        results = read(out)
    if ended is None:
        return unfinished(f"The grading was stopped after {seconds:.0f} seconds: tell the course staff.")
    return results if results is not None else unfinished()


def report_through_otter(source: Path, autograder: Path, verdict: Results, seconds: float) -> str:
    """Let Otter print its summary of `verdict` and write results.pkl; returns a sentence for the log.

    Otter works on a stage that holds a driver notebook and nothing of the student's.
    """
    with tempfile.TemporaryDirectory(prefix="otter-") as scratch:
        stage = Path(scratch)
        for name in ("source", "submission", "results"):
            (stage / name).mkdir()
        try:
            shutil.copy(source / "otter_config.json", stage / "source")
            shutil.copytree(source / "tests", stage / "source" / "tests")
        except OSError as error:
            return f"was not run ({error})"
        (stage / "submission" / "driver.ipynb").write_text(DRIVER, encoding="utf-8")
        metadata = read(autograder / "submission_metadata.json") or {}
        write(metadata, stage / "submission_metadata.json")
        write(verdict, stage / "verdict.json")
        if _run([str(HERE / "otter_report.py"), str(source), str(stage)], cwd=stage, seconds=seconds) != 0:
            return "failed; results.json does not depend on it"
        if read(stage / "results" / "results.json") != verdict:
            return "reported something else; results.json keeps the grader's verdict"
        with contextlib.suppress(OSError):
            shutil.copy(stage / "results" / "results.pkl", autograder / "results")
    return "reports the same verdict"


def read(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is none, or it is something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write(record: dict[str, Any], path: Path) -> None:
    """Write JSON so that a reader sees the old file or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
    draft.replace(path)


def _run(script: Sequence[str], *, cwd: Path, seconds: float) -> int | None:
    """Run one of our scripts, isolated from Python's settings: its exit code, or None when out of time."""
    sys.stdout.flush()
    command = [sys.executable, "-I", "-B", *script]
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(max(seconds, 1.0))
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        if hasattr(os, "killpg"):  # what it may have left behind; not on Windows
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
