"""The process beside the kernel, `python -m autograder.notebook`: it holds all that is slow to get.

A question is a line of JSON on stdin, {"runs", "folder", "names", "assignment"}, its answer one on stdout,
{"text", "html"}. The process ends when stdin does: with the kernel, however that one ends.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Answer questions until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # is meant for the kernel, which ends this process itself
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else that is printed here may pass for an answer
    gc.disable()  # until all is loaded: next to nothing of that is garbage
    from autograder import sandbox

    with sandbox.fastest() as workers:
        from autograder.notebook.checker import Checker  # meanwhile the workers import torch

        checker = Checker(ROOT, workers)
        gc.freeze()
        gc.enable()
        for line in sys.stdin:
            question = json.loads(line)
            shown = checker.answer(
                [(count, code, cell) for count, code, cell in question["runs"]],
                Path(question["folder"]),
                question["names"],
                question["assignment"],
            )
            answers.write(json.dumps({"text": shown.text, "html": shown.html}) + "\n")
            answers.flush()
