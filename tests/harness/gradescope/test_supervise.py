"""The supervisor bounds a grading in time, believes no half-written file, and leaves no process behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from autograder.gradescope.payload import supervise

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups")


@pytest.fixture
def grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test writes the grading process it wants."""
    monkeypatch.setattr(supervise, "HERE", tmp_path)
    return tmp_path / "grade_submission.py"


def test_a_grading_that_hangs_is_ended_with_all_it_started(grader: Path, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    grader.write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
        "child.wait()\n"
    )
    results = supervise.grade(tmp_path, seconds=4)
    assert results["score"] == 0
    assert "stopped after 4 seconds" in results["output"]
    assert _ends(int(pid_file.read_text()))


def _ends(pid: int) -> bool:
    """Whether a killed process is gone, or waits for a parent to notice."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        try:
            os.kill(pid, 0)
            if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("said", ["", "[1]", '{"score": 1', "\\xff"])
def test_anything_but_an_object_is_no_verdict(grader: Path, tmp_path: Path, said: str) -> None:
    grader.write_text(f"import sys\nopen(sys.argv[2], 'wb').write({said.encode()!r})\n")
    assert supervise.grade(tmp_path)["score"] == 0


def test_the_environment_of_python_does_not_reach_the_grading(
    grader: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "json.py").write_text("raise SystemExit('shadowed')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "shadow"))
    monkeypatch.chdir(tmp_path / "shadow")
    grader.write_text("import json, sys\njson.dump({'score': 1, 'tests': []}, open(sys.argv[2], 'w'))\n")
    assert supervise.grade(tmp_path) == {"score": 1, "tests": []}


def test_results_are_replaced_whole(tmp_path: Path) -> None:
    supervise.write({"score": 1}, tmp_path / "results.json")
    supervise.write({"score": 2}, tmp_path / "results.json")
    assert supervise.read(tmp_path / "results.json") == {"score": 2}
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
