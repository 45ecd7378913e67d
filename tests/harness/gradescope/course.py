"""A small course with one real assignment: files, submissions, and how to read results."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

CONFIG = """\
course: A small course
assignments:
  elsewhere:
    title: ONLY-ELSEWHERE
    units:
      sums:
        title: Sums
        files: {sums.py: [total]}
        checks:
          total_adds: {points: 1, visibility: visible}
  doubling: # the one that is packed
    title: Doubling
    limits: {call_seconds: 5, import_seconds: 20, memory_mb: 1024, total_seconds: 60}
    units:
      doubles:
        title: Doubles
        files: {doubles.py: [double]}
        checks:
          double_keeps_the_shape: {points: 1, visibility: visible}
          double_adds_x_to_itself: {points: 2, visibility: hidden}
"""
VISIBLE = '''\
from autograder.checks import Mismatch


def test_double_keeps_the_shape(student, draw):
    """double(x) has the shape of x."""
    got = student.call("double", draw.normal(2, 3))
    if getattr(got, "shape", None) != (2, 3):
        raise Mismatch("double(x) has another shape than x.")
'''
HIDDEN = '''\
import numpy as np

from autograder.checks import Mismatch

HIDDEN_ANSWER = 2


def test_double_adds_x_to_itself(student, draw):
    """double(x) is x + x."""
    x = draw.normal(2, 3)
    got = student.call("double", x)
    if not isinstance(got, np.ndarray) or got.shape != x.shape or not np.allclose(got, HIDDEN_ANSWER * x):
        raise Mismatch("double(x) is not x + x.")
'''
RIGHT = "import torch\n\n\ndef double(x):\n    return x + x\n"
WRONG = "import torch\n\n\ndef double(x):\n    return x * x\n"

Submission = dict[str, str | bytes]


def notebook(source: str) -> str:
    """A notebook of one code cell."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "a",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lay(files: Submission, folder: Path) -> Path:
    """Write files, by their paths, to a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def points(results: dict[str, Any]) -> list[tuple[float, float, str]]:
    """Score, points and visibility of every row."""
    return [(row["score"], row["max_score"], row["visibility"]) for row in results["tests"]]


needs_root = pytest.mark.skipif(
    not (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs root, as on Gradescope"
)
