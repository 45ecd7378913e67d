"""A few of benchmarks/kills.py's random SIGKILLs: nothing stays behind, and every record is whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]


@thorough
@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_killed_processes_leave_no_trace():
    command = [sys.executable, "benchmarks/kills.py", "-n", "1", "--seed", "2", "--kinds", "grade"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "1 kills in" in run.stdout and "0 traces." in run.stdout
