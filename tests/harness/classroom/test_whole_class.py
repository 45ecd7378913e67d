"""benchmarks/whole_class.py on a class of five: a wrong verdict is told by name, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.harness.conftest import Course
from tests.harness.files import ROOT, lay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are locked down on Linux")
WORDS = ("demo", "-n", "5", "--format", "moodle", "canvas")
CHECK = """
def test_one(student) -> None:
    '''Other() is one.'''
    if student.call("Other") != 1:
        raise Mismatch("no")
"""
MISTAKES = """
- {id: two, unit: cells, mistake: It is two., hint: Count., file: cells.py, replace: [{old: "1", new: "2"}]}
- {id: not_one, unit: cells, mistake: It is none., hint: Count., file: cells.py,
   replace: [{old: "1", new: "1 + 0"}]}
"""
ATTACK = '''"""Leaves before it is asked."""

# assignment: demo
# file: cells.py
# form: replace
# expect: nothing from cells

import os

os._exit(0)
'''


def test_a_verdict_that_is_wrong_is_told_and_no_other(course: Course) -> None:
    course.write({"visible/cells": CHECK}, {"cells": ["one: {points: 2, visibility: visible}"]})
    files = {
        "solutions/demo/cells.py": "def Other():\n    return 1\n",
        "tests/mistakes/demo/cells.yaml": MISTAKES,
        "tests/attacks/leaves.py": ATTACK,
    }
    lay(course.root, files)
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "whole_class.py"), *WORDS],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        timeout=600,
    )
    told, of_canvas = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert told["made_of"] == {"right": 1, "mistake": 2, "attack": 1, "broken": 1}, done.stderr
    (wrong,) = told["wrong"].items()
    assert wrong[0].endswith("mistake not_one") and "passes" in wrong[1][0], told
    assert done.returncode == 1 and told["graded"] == told["n"] == 5
    assert told["cpu_seconds_each"] > 0.5  # a server's start alone takes more than that for each of five
    assert told["peak_pss_mb"] > 50
    assert of_canvas["graded"] == 0  # the same files under other ids
    assert [name.partition(" ")[2] for name in of_canvas["wrong"]] == ["mistake not_one"]
