"""A small course with one real assignment: files, submissions, and how to read results."""

from __future__ import annotations

import os
from typing import Any

import nbformat
import pytest
from nbformat import v4

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
    return nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell(source, id="a")]))


def points(results: dict[str, Any]) -> list[tuple[float, float, str]]:
    """Score, points and visibility of every row."""
    return [(row["score"], row["max_score"], row["visibility"]) for row in results["tests"]]


needs_root = pytest.mark.skipif(
    not (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs root, as on Gradescope"
)
