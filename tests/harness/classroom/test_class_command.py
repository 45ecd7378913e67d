"""`autograder class` as an instructor meets it: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.harness.classroom.conftest import Gone
from tests.harness.conftest import Course, Typed
from tests.harness.files import ROOT, autograder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are locked down on Linux")
CHECK = """
def test_one(student) -> None:
    '''Other() is one.'''
    if student.call("Other") != 1:
        raise Mismatch("no")
"""
WORDS = ("class", "demo", "download", "--out", "DIR")
ENTRY = "one: {points: 2, visibility: visible}"


@pytest.fixture
def a_class(course):
    """Three students of whom one is wrong, as a folder for each; and what runs the command on them."""
    course.write({"visible/cells": CHECK}, {"cells": [ENTRY]})
    for name, value in (("ann", 1), ("bo", 2), ("cy", 1)):
        course.hand_in({"cells.py": f"def Other():\n    return {value}\n"}, f"download/{name}")
    return course


def scores(course) -> dict[str, float]:
    found = (course.root / "DIR" / "results").glob("*.json")
    return {path.stem: json.loads(path.read_text())["score"] for path in found}


def test_shards_share_a_folder_and_a_merge_grades_nothing(a_class: Course, typed: Typed) -> None:
    first = autograder(a_class.root, *WORDS, "--shard", "0/2")
    assert first.returncode == 0, first.stderr
    assert scores(a_class) == {"ann": 2.0, "cy": 2.0}
    code, said, _ = typed(a_class.root, *WORDS, "--merge")
    assert code == 3
    assert "1 submission not graded yet: bo." in said
    assert typed(a_class.root, *WORDS, "--shard", "1/2")[0] == 0
    code, said, _ = typed(a_class.root, *WORDS, "--merge")
    assert code == 0
    assert "3 of 3 submissions graded." in said
    assert scores(a_class) == {"ann": 2.0, "bo": 0.0, "cy": 2.0}
    record = json.loads((a_class.root / "DIR" / "results" / "bo.json").read_text())
    assert 0 < record["memory_mb"] < 512
    page = (a_class.root / "DIR" / "index.html").read_text()
    assert "of 512 MB that are allowed" in page


def test_a_name_that_the_terminal_cannot_show_stops_nothing(course: Course) -> None:
    course.write({"visible/cells": CHECK}, {"cells": [ENTRY]})
    course.hand_in({"cells.py": "def Other():\n    return 1\n"}, "download/\u738b\u5c0f\u660e")
    course.hand_in({"cells.py": "def Other():\n    return 1\n"}, "download/ann")
    found = autograder(course.root, *WORDS, "--merge", PYTHONIOENCODING="ascii")
    assert found.returncode == 3, found.stderr
    assert "2 submissions not graded yet: ann, ???." in found.stdout


def test_changed_checks_show_whose_points_change_and_changed_points_run_nothing(
    a_class: Course, typed: Typed
) -> None:
    def shard() -> str:
        code, said, complaint = typed(a_class.root, *WORDS, "--shard", "0/1")
        assert code == 0, complaint
        return said

    shard()
    config = a_class.root / "grading_config.yaml"
    config.write_text(config.read_text().replace("points: 2", "points: 5"))
    assert "3 graded before, 0 to grade." in shard()
    check = a_class.root / "tests/visible/demo/test_cells.py"
    check.write_text(check.read_text().replace("!= 1", "!= 2"))
    changed = shard()
    assert "3 records came about with another state of: the checks." in changed
    assert "  ann: 5 → 0 points: cells::one pass → fail\n" in changed
    assert "  bo: 0 → 5 points: cells::one fail → pass\n" in changed
    assert not (a_class.root / "DIR" / "regraded").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--shard", "3"], "--shard is I/N"),
        (["--shard", "0/1", "--merge"], "Only one of"),
        (["--best", "--all"], "Only one of --best and --all"),
        (["elsewhere"], "elsewhere: only --merge takes more than one folder."),
        (["--shard", "0/1", "--only", "nonesuch"], "No check, unit, class or function is called 'nonesuch'"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_sentence(
    a_class: Course, typed: Typed, arguments: list[str], sentence: str
) -> None:
    code, _, complaint = typed(a_class.root, *WORDS, *arguments)
    assert code == 2
    assert sentence in complaint
    assert "Traceback" not in complaint


def test_ctrl_c_ends_everything_and_keeps_what_is_graded(a_class: Course, gone: Gone) -> None:
    pytest.importorskip("distributed")
    for number in range(20):
        a_class.hand_in({"cells.py": "def Other():\n    return 1\n"}, f"download/s{number}")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", *WORDS, "--workers", "2"],
        cwd=a_class.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    results = a_class.root / "DIR" / "results"
    deadline = time.monotonic() + 300
    while not (results.is_dir() and list(results.glob("*.json"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    below = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    said, complained = process.communicate(timeout=120)
    assert gone(below)
    assert process.returncode == 130
    assert "Interrupted. What is graded is kept" in said + complained
    assert "Traceback" not in complained
    assert scores(a_class)


def descendants(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            tasks = Path(f"/proc/{each}/task").iterdir()
            found += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found
