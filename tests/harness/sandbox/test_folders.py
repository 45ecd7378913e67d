"""What a program may write, how much of it, and that nothing of it stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.sandbox import ForkedWorkers, Limits, PortableWorkers, StudentFailure, Workers, ZygoteWorkers
from autograder.sandbox.lockdown import scratch
from tests.harness.sampling import these
from tests.harness.sandbox.programs import student

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
WRITES = """
import os, shutil, tempfile
import numpy as np
import torch

os.makedirs("checkpoints", exist_ok=True)
log = open("train.log", "a")

def writes():
    before = sorted(os.listdir("."))
    torch.save({"w": torch.ones(2)}, "checkpoints/last.pt")
    shutil.copyfile("checkpoints/last.pt", "best.pt")
    os.replace("best.pt", "checkpoints/best.pt")
    np.save("x.npy", np.ones(3))
    np.memmap("m", mode="w+", shape=3).flush()
    with open(os.path.expanduser("~/notes.txt"), "a") as file:
        file.write("x")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        file.write(b"x")
    return before, torch.load("checkpoints/best.pt")["w"], os.getcwd()

def one_file():
    with open("big", "wb") as file:
        file.write(bytes(17 << 20))

def many_mb():
    for i in range(5):
        with open(f"{i}", "wb") as file:
            file.write(bytes(15 << 20))
    while True: pass

def many_files():
    while True: os.close(tempfile.mkstemp()[0])

def deep():
    try:
        while True: os.mkdir("d"); os.chdir("d")
    except OSError:
        while True: pass

def closed():
    os.mkdir("closed", 0)
    while True: pass
"""


def test_a_program_may_write_in_a_folder_of_its_own_that_goes_with_it(workers: Workers):
    for _ in range(2):
        with student(workers, WRITES, "writes") as s:
            before, weights, folder = s.call("writes")
            assert before == ["checkpoints", "train.log"] and weights.tolist() == [1, 1]
            assert Path(folder).is_dir()
    if isinstance(workers, ZygoteWorkers):
        with student(workers, WRITES, "writes") as s:
            assert s.call("writes")[2] != folder


BOUNDS = [
    ("one_file", "File too large"),
    ("many_mb", "wrote more than 64 MB of files"),
    ("many_files", "made more than 1000 files"),
    ("deep", "made more than 1000 files|cannot be looked into"),
]
KINDS = [(kind, *bound) for bound in BOUNDS for kind in ("portable", "forked", "locked")]
# All look from outside in the same way, and to start a portable one again takes the longest.
IN_BRIEF = [each for each in KINDS if each[0] != "portable" or each[1] == "many_mb"]


@pytest.mark.parametrize(("workers", "name", "said"), these(IN_BRIEF, KINDS), indirect=["workers"])
def test_what_a_program_writes_is_bounded(workers: Workers, name: str, said: str):
    if sys.platform == "win32":
        pytest.skip("files are bounded on POSIX only")
    with student(workers, WRITES, name) as s, pytest.raises(StudentFailure, match=said):
        s.call(name)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
@pytest.mark.parametrize(
    "kind", these([ZygoteWorkers, PortableWorkers], [ZygoteWorkers, ForkedWorkers, PortableWorkers])
)
def test_nothing_is_left_of_workers_folders(kind: type[Workers]):
    here = lambda: set(Path(tempfile.gettempdir()).glob(f"autograder-*-{os.getpid()}-*"))  # noqa: E731
    before = here()
    with kind() as workers:
        for name in ("deep", "closed"):
            limits = Limits(call_seconds=1)
            with student(workers, WRITES, name, limits=limits) as s:
                s.named(name)
                assert here() != before
                with pytest.raises(StudentFailure):
                    s.call(name)
    assert here() <= before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
def test_a_closed_folder_is_removed_by_whoever_is_not_root():
    place = Path(tempfile.mkdtemp())  # not below pytest's own folder, which is closed to others
    place.chmod(0o777)
    pid = os.fork()
    if pid == 0:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        (place / "base" / "work").mkdir(parents=True)
        (place / "base" / "work" / "closed").mkdir(mode=0)
        scratch.remove(place / "base")
        os._exit(0)
    os.waitpid(pid, 0)
    left = list(place.iterdir())
    scratch.remove(place)
    assert left == []


@linux
def test_what_a_killed_grader_leaves_is_removed_by_its_zygote():
    code = """
import os, signal
from autograder.sandbox import ZygoteWorkers
workers = ZygoteWorkers()
print(workers._scratch, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True)
    deadline = time.monotonic() + 60
    folder = Path(done.stdout.decode().strip())
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert folder.is_absolute() and not folder.exists()


def test_what_killed_graders_have_left_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from autograder.sandbox.lockdown import scratch

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_may_be_entered", lambda place: place == tmp_path)
    monkeypatch.setattr(scratch, "_runs", lambda pid: pid == os.getpid())
    left = scratch.base()
    (left / "a" / "b").mkdir(parents=True)
    dead = left.rename(str(left).replace(f"-{os.getpid()}-", "-1-"))
    (mine := scratch.base()).mkdir()
    assert scratch.base() != mine and mine.exists() and not dead.exists()
