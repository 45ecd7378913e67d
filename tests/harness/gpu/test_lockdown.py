"""Workers that make a context before they are locked down, on the meta device, which needs no driver."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder import cli
from autograder.course.config import ConfigError
from autograder.sandbox import (
    PortableWorkers,
    SandboxFault,
    StudentRaised,
    Workers,
    ZygoteWorkers,
    safest,
    self_test,
)
from autograder.sandbox.host import devices, selftest
from autograder.sandbox.lockdown import driver, landlock, seccomp
from tests.harness.sandbox.programs import student

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    if not landlock.abi():
        pytest.skip("beside a driver only Landlock locks a worker")
    with ZygoteWorkers(device="meta") as workers:
        yield workers


def test_arguments_and_modules_are_on_the_device(workers: Workers):
    source = """
import torch
class Cell(torch.nn.Linear):
    def forward(self, x):
        return str(self.weight.device), str(x.device)
"""
    with student(workers, source, "Cell") as s:
        assert s.call(s.new("Cell", 3, 4), np.ones((2, 3), np.float32)) == ("meta", "meta")


def test_a_locked_worker_beside_a_driver_reads_writes_connects_and_starts_nothing(workers: Workers):
    source = """
import fcntl, os, socket, threading
def refused(act):
    found = []
    def attempt():
        try:
            act()
            found.append("done")
        except OSError as error:
            found.append(type(error).__name__)
    thread = threading.Thread(target=attempt)
    thread.start(); thread.join()
    return found[0]
def acts():
    return [refused(act) for act in (
        lambda: open("/etc/passwd").close(),
        lambda: open("/proc/self/comm", "w").close(),
        lambda: open("/tmp/autograder-probe", "w").close(),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        lambda: os.fork() or os._exit(0),
        lambda: os.close(os.eventfd(0)),
        lambda: fcntl.ioctl(0, 0xC00046D6),
    )]
"""
    with student(workers, source, "acts") as s:
        # What is no error of permission passed the filter: /dev/null knows no such ioctl.
        assert s.call("acts") == [*["PermissionError"] * 5, "done", "OSError"]


def test_what_is_reserved_is_not_counted_and_what_is_used_is(workers: Workers):
    source = """
import ctypes, mmap
def reserve():
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000  # MAP_NORESERVE
    return libc.mmap(None, ctypes.c_size_t(64 << 30), 0, private, -1, ctypes.c_long(0)) != 2**64 - 1
def use():
    return len(bytearray(16 << 30))
"""
    with student(workers, source, "reserve", "use") as s:
        assert s.call("reserve") is True
        with pytest.raises(StudentRaised, match="MemoryError"):
            s.call("use")


def test_threads_of_a_driver_never_get_beyond_what_a_context_needs(tmp_path: Path):
    """Neither while it is made nor afterwards, when Landlock may not be able to lock what was started."""
    hidden = tmp_path / "hidden.txt"
    hidden.write_text("answer")
    code = f"""
import os, sys, threading
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pathlib import Path
from autograder.sandbox.lockdown import layers as lockdown, seccomp
go, done, seen = threading.Event(), threading.Event(), []
def act(act):
    try:
        act()
        seen.append("done")
    except OSError as error:
        seen.append(type(error).__name__)
def driver():
    act(lambda: Path("/proc/self/task", str(threading.get_native_id()), "comm").write_text("driver"))
    act(lambda: Path({str(hidden)!r}).read_text())
    go.wait()
    act(lambda: Path({str(hidden)!r}).read_text())
    act(lambda: os.fork() or os._exit(0))
    done.set()
def make_context():
    threading.Thread(target=driver, daemon=True).start()
    while len(seen) < 2:
        pass
folder = Path({str(tmp_path / "work")!r})
folder.mkdir()
plan = lockdown.plan(Path(lockdown.__file__).parents[1], (), address_space=False, card=True)
if os.fork() == 0:
    lockdown.apply(plan, uid=None, memory_mb=100, parent=os.getppid(), folder=folder, refuse=False,
                   make_context=make_context)
    go.set()
    done.wait()
    print(seen, flush=True)
    os._exit(0)
os.wait()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    # Of a fork seccomp keeps it, in all threads alike.
    fork = "PermissionError" if seccomp.supported() else "done"
    assert done.stdout.strip() == str(["done", "PermissionError", "PermissionError", fork]), done.stderr


def test_a_context_that_is_lost_ends_its_worker(workers: Workers):
    """An index that is too large is an error of the card's, after which it answers nothing more."""
    source = """
import os
def lost():
    raise RuntimeError("CUDA error: device-side assert triggered")
def wrong():
    raise RuntimeError("shapes do not fit")
def pid():
    return os.getpid()
"""
    with student(workers, source, "lost", "wrong", "pid") as s:
        first = s.call("pid")
        with pytest.raises(StudentRaised, match="shapes"):
            s.call("wrong")
        assert s.call("pid") == first
        with pytest.raises(StudentRaised, match="device-side assert"):
            s.call("lost")
        assert s.call("pid") != first


def test_what_is_computed_around_the_lockdown_can_be_computed():
    driver.make_context("cpu")
    driver.try_out("cpu")


def test_an_error_of_the_card_comes_where_it_was_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert (
        driver.variables("cuda")["CUDA_LAUNCH_BLOCKING"] == driver.variables("cuda:1")["CUDA_VISIBLE_DEVICES"]
    )
    assert set(driver.variables("cpu").values()) == {""}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_without_a_card_no_worker_starts_and_the_reason_is_told():
    for workers in (ZygoteWorkers(device="cuda"), PortableWorkers(device="cuda")):
        with workers, pytest.raises(SandboxFault, match=r"CUDA|NVIDIA"):
            self_test(workers)


def test_where_no_locked_worker_can_use_the_card_a_plain_one_does(monkeypatch: pytest.MonkeyPatch):
    def fail(workers: Workers) -> None:
        raise SandboxFault("The driver wants more.")

    monkeypatch.setattr(selftest, "self_test", fail)
    with safest("meta") as workers:
        assert isinstance(workers, PortableWorkers) and not workers.layers


def test_doctor_says_in_a_sentence_that_there_is_no_card(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(devices, "objection", lambda device: f"There is no {device} here.")
    with pytest.raises(ConfigError, match=r"^There is no cuda here\.$"):  # `main` prints it: exit code 2
        cli.app(["doctor", "--device", "cuda"], standalone_mode=False)


def test_doctor_says_what_the_card_is_and_whether_workers_are_locked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    card = {"card": "H100, 80 GiB", "driver": "550.54", "libraries": "CUDA 12.4"}
    monkeypatch.setattr(devices, "objection", lambda device: "")
    monkeypatch.setattr(selftest, "describe", lambda device: card)

    def fail(device: str) -> Workers:
        raise SandboxFault("The driver wants more.")

    monkeypatch.setattr(selftest, "_proven", fail)
    assert cli.app(["doctor", "--device", "cuda"], standalone_mode=False) == cli.FAULT
    said = " ".join(capsys.readouterr().out.split())
    assert "card yes H100, 80 GiB driver yes 550.54 libraries yes CUDA 12.4 sandbox no" in said
    assert "The driver wants more. On cuda submissions are graded without any lockdown." in said
