"""Every hostile submission: it gains nothing, leaves nothing, ends in time, and the next program works."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.student import Student
from autograder.sandbox import Limits, StudentFailure, StudentMissing, StudentRaised, StudentStopped, Workers
from tests.harness.sampling import one_in
from tests.harness.sandbox.programs import program

FOLDER = Path(__file__).parents[2] / "attacks"
ATTACKS = [path for path in sorted(FOLDER.glob("*.py")) if "\n# worker: " in path.read_text()]
LIMITS = Limits(call_seconds=2, import_seconds=2, memory_mb=1000)
GOOD = """
import torch
from torch import nn

class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.linear = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        return torch.tanh(self.linear(torch.cat([x, h], 1)))
"""
X, H = np.ones((2, 3), np.float32), np.full((2, 4), 0.5, np.float32)
WEIGHTS = {
    "linear.weight": np.linspace(-1, 1, 28, dtype=np.float32).reshape(4, 7),
    "linear.bias": np.ones(4, np.float32),
}
EXPECTED = np.tanh(np.hstack([X, H]) @ WEIGHTS["linear.weight"].T + WEIGHTS["linear.bias"])
FOLDERS = [Path(folder) for folder in ("/tmp", "/dev/shm", "/var/tmp") if Path(folder).is_dir()]


def header(path: Path) -> dict[str, str]:
    """What an attack states in comments of the form `# name: value`."""
    lines = (line[2:].split(": ", 1) for line in path.read_text().splitlines() if line.startswith("# "))
    return dict(line for line in lines if len(line) == 2)


def litter() -> set[Path]:
    names = ("autograder-attack", "results.json", "torchinductor_uid_*")
    return {path for folder in FOLDERS for name in names for path in folder.glob(name)}


def run(workers: Workers, source: str, limits: Limits = LIMITS, **options: bool) -> tuple[object, str]:
    """The value or the failure of one check on a cell, and what was printed."""
    student = Student(workers, program(source, "VanillaRNNCell"), limits=limits, **options)
    got: object
    with student:
        try:
            cell = student.new("VanillaRNNCell", 3, 4)
            if set(student.weights(cell)) == set(WEIGHTS):
                student.load(cell, WEIGHTS)
            got = student.call(cell, X, H)
            if "forged" in source or "twice" in source:  # what was forged is meant for the next question
                got = student.call(cell, X, H)
        except StudentFailure as failure:
            got = failure
        return got, student.printed


@pytest.mark.parametrize("path", one_in(3, ATTACKS), ids=lambda path: path.stem)
def test_a_hostile_submission_gains_nothing_and_disturbs_nobody(path: Path, locked: Workers):
    if not {"landlock", "seccomp"} <= set(locked.layers):
        pytest.skip(f"the layers here are {', '.join(locked.layers)}")
    before, expected = litter(), header(path)
    begun = time.monotonic()
    got, printed = run(locked, path.read_text(), refuse=expected.get("refuse") == "true")
    assert time.monotonic() - begun < 200

    kinds = {
        "stopped": (StudentStopped,),
        "raised": (StudentRaised, StudentMissing),
        "failure": (StudentFailure,),
        "blocked": (StudentFailure,),  # wrong, or ended by whichever layer is the first to see it
    }
    if expected["worker"] == "wrong" or (expected["worker"] == "blocked" and isinstance(got, np.ndarray)):
        assert isinstance(got, np.ndarray) and not np.allclose(got, EXPECTED)
    else:
        assert isinstance(got, kinds[expected["worker"]]), got
    assert "ACHIEVED" not in printed
    assert litter() == before
    assert np.allclose(run(locked, GOOD, Limits())[0], EXPECTED, atol=1e-6)


def test_a_frozen_worker_takes_no_time_between_questions(locked: Workers):
    source = """
import threading
def spin():
    while True: pass
def start():
    threading.Thread(target=spin, daemon=True).start()
"""
    with Student(locked, program(source, "start"), limits=LIMITS) as student:
        student.call("start")
        stat = Path(f"/proc/{student._worker._process._pid}/stat")
        deadline = time.monotonic() + 60
        while (
            state := stat.read_text().rpartition(")")[2].split()[0]
        ) != "T" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert state == "T"  # stopped by a signal


def test_a_forged_message_is_shown_as_plain_text(locked: Workers):
    source = next(path for path in ATTACKS if path.stem == "forged_message").read_text()
    got, _ = run(locked, source)
    assert isinstance(got, StudentRaised) and len(got.text) <= 300
    assert not set(got.text) & set("\x1b\r\x00\x07\u202e\u2066") and got.text.startswith(
        "✓ all passed<script>"
    )


def test_the_grader_keeps_its_secrets_out_of_the_zygote(locked: Workers):
    environ = Path(f"/proc/{locked._zygote.pid}/environ")
    try:
        names = environ.read_bytes()
    except PermissionError:
        pytest.skip("the zygote cannot be looked into, not even by this process")
    assert b"PYTEST" not in names and b"HOME" not in names
