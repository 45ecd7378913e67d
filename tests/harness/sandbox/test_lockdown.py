"""What a locked worker still can do, what it cannot, and how the sandbox reports its own failures."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import Limits, StudentStopped, Workers, probe, self_test
from tests.harness.sampling import these
from tests.harness.sandbox.programs import student

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root")


def test_modules_of_the_standard_library_and_of_site_packages_import_late(locked: Workers):
    source = """
def late():
    import colorsys, csv, decimal, fractions, imaplib, sqlite3, statistics, tqdm, wave
    total = sum(tqdm.tqdm([1, 2, 3], desc="loop"))
    with open("/dev/null", "w") as nothing:
        print("x", file=nothing)
    return [statistics.median([1, 5, 9]), str(decimal.Decimal(1) / 4), total, __file__, __name__]
"""
    with student(locked, source, "late") as s:
        assert s.call("late") == [5, "0.25", 6, "cells.py", "cells"]
        assert "loop" in s.printed


def test_torchscript_and_getsource_find_the_source(workers: Workers):
    source = """
import inspect, torch
from torch import nn
class Twice(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.sum() > 0:
            return 2 * x
        return x
def scripted():
    return torch.jit.script(Twice())(torch.ones(2)), inspect.getsource(Twice).count("return")
"""
    with student(workers, source, "scripted") as s:
        value, count = s.call("scripted")
        assert value.tolist() == [2, 2] and count == 2


def test_pictures_notebooks_and_absent_packages_do_not_stop_a_file(workers: Workers):
    source = """
import matplotlib.pyplot as plt
import seaborn as sns
from google.colab import drive
from IPython.display import clear_output
from datasets import load_dataset_that_is_absent as load
from torch.utils.tensorboard import SummaryWriter
drive.mount("/content/drive")
sns.set_theme()
@plt.style.context("x")
def plotted():
    fig, (left, right) = plt.subplots(1, 2, figsize=(3, 3))
    left.plot([1]); right.set_title("x"); plt.savefig("x.png"); SummaryWriter().add_scalar("a", 1)
    return 1
def loads():
    return load("imdb")
"""
    with student(workers, source, "plotted", "loads") as s:
        assert s.call("plotted") == 1
        with pytest.raises(Exception, match="datasets is not installed where this is graded"):
            s.call("loads")


def test_optimisers_compile_and_warnings_work_when_locked(locked: Workers):
    source = """
import warnings, torch
def train():
    warnings.warn("careful")
    p = torch.nn.Parameter(torch.ones(2))
    for kind in "Adam AdamW SGD RMSprop Adagrad".split():
        o = getattr(torch.optim, kind)([p], lr=0.1); p.square().sum().backward(); o.step(); o.zero_grad()
    torch.optim.lr_scheduler.StepLR(o, 1).step()
    return p.detach()
def compiled():
    return torch.compile(lambda x: x + 1, backend="eager")(torch.ones(2))
"""
    with student(locked, source, "train", "compiled", limits=Limits(call_seconds=60)) as s:
        assert (s.call("train", grad=True) < 1).all() and "careful" in s.printed
        assert s.call("compiled").tolist() == [2, 2]


@root
def test_a_worker_has_a_user_of_its_own_and_next_to_no_capability(locked: Workers):
    source = """
import os
def who():
    with open("/proc/self/status") as file:
        return file.read()
def ids():
    return list(os.getresuid()) + list(os.getresgid()) + os.getgroups()
"""
    with student(locked, source, "ids") as one, student(locked, source, "ids") as two:
        first, second = one.call("ids"), two.call("ids")
        assert len(set(first)) == len(set(second)) == 1 and first != second and 0 not in first
        lines = Path(f"/proc/{one._worker._process._pid}/status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        allowed = 0b110 if "capability" in locked.layers else 0  # CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH
        held = int(status["CapPrm"], 16)
        assert held & ~allowed == 0 and held.bit_count() <= 1
        assert int(status["CapInh"], 16) == int(status["CapAmb"], 16) == 0
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"


@linux
def test_a_locked_worker_has_three_streams_and_one_channel(locked: Workers):
    source = """
import os
def descriptors():
    found = []
    for n in range(1024):
        try:
            os.fstat(n)
        except OSError:
            continue
        found.append(n)
    return found, dict(os.environ), os.getcwd()
"""
    with student(locked, source, "descriptors") as s:
        found, environment, folder = s.call("descriptors")
        assert found == [0, 1, 2, 3]
        assert [environment.pop(f"{maker}_VISIBLE_DEVICES") for maker in ("CUDA", "HIP")] == ["", ""]
        assert set(environment) == {"HOME", "TMPDIR", "TEMP", "TMP", "TORCHINDUCTOR_CACHE_DIR"}
        assert set(environment.values()) == {folder}


def test_a_worker_that_takes_too_much_memory_is_ended(workers: Workers):
    if sys.platform != "linux":
        pytest.skip("resident memory is known on Linux only")
    source = "import torch\nhoard = []\ndef grow():\n    while True: hoard.append(torch.ones(1_000_000))\n"
    with (
        student(workers, source, "grow", limits=Limits(memory_mb=800)) as s,
        pytest.raises(StudentStopped, match="more than 800 MB of memory"),
    ):
        s.call("grow")
    assert s.peak_mb > 800
    assert 0 < small_peak(workers) < 800


def small_peak(workers: Workers) -> float:
    with student(workers, "def f():\n    return 1\n", "f") as s:
        s.call("f")
    return s.peak_mb


def test_a_worker_that_prints_without_end_is_ended(workers: Workers):
    with student(workers, "def flood():\n    while True: print('x' * 10000)\n", "flood") as s:
        with pytest.raises(StudentStopped, match="printed more than 16 MB"):
            s.call("flood")
        assert len(s.printed) == 64_000


def test_an_answer_that_is_too_large_is_refused(workers: Workers):
    source = "import torch\ndef big():\n    return torch.zeros(1000, 1000)\n"
    with (
        student(workers, source, "big", limits=Limits(frame_mb=1)) as s,
        pytest.raises(StudentStopped, match="4 MB"),
    ):
        s.call("big")


def test_a_known_good_program_works(workers: Workers):
    self_test(workers)


@linux
def test_doctor_finds_every_forbidden_act_forbidden(locked: Workers):
    missing = [layer for layer in probe() if not layer.holds]
    assert all(layer.name in ("user", "landlock", "seccomp", "read", "write") for layer in missing)
    if {"user", "landlock", "seccomp"} <= set(locked.layers):
        assert not missing


@linux
def test_the_readable_view_leaves_the_harness_out(tmp_path: Path):
    from autograder.sandbox.lockdown import view

    package = tmp_path / "site-packages" / "autograder"
    for folder in (package, tmp_path / "site-packages" / "torch", tmp_path / "tests"):
        folder.mkdir(parents=True)
    assert view.without([tmp_path / "site-packages"], [package]) == [tmp_path / "site-packages" / "torch"]
    readable = view.readable(Path(view.__file__).parents[1])
    assert not any(Path(__file__).is_relative_to(path) for path in readable)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(("writable", "card"), [(True, False), (False, False), (True, True)])
def test_the_filter_allows_what_is_listed_and_refuses_the_rest(machine: str, writable: bool, card: bool):
    from autograder.sandbox.lockdown import seccomp, syscalls

    column, arch = seccomp._MACHINES[machine]
    filter_ = seccomp.assemble(machine, 77, writable=writable, card=card)

    def ask(number: int, *arguments: int, arch: int = arch) -> int:
        return interpret(
            filter_, struct.pack("=iIQ6Q", number, arch, 0, *arguments, *(0,) * (6 - len(arguments)))
        )

    allow, eperm, enosys, kill = 0x7FFF0000, 0x50001, 0x50026, 0x80000000
    number = {name: numbers[column] for name, numbers in (syscalls.PLAIN | syscalls.CHECKED).items()}
    allowed = syscalls.PLAIN | (syscalls.WRITING if writable else {}) | (syscalls.DRIVER if card else {})
    plain = {n[column] for n in allowed.values() if n[column] is not None}
    checked = {n[column] for n in syscalls.CHECKED.values() if n[column] is not None} - plain
    for n in range(600):
        if n not in checked:
            assert ask(n) == (allow if n in plain else eperm)
    assert ask(number["read"], arch=0x40000003) == kill  # the 32-bit way in
    assert ask(number["clone3"]) == enosys
    assert ask(number["clone"], 0x3D0F00) == allow and ask(number["clone"], 17) == eperm
    for name in ("kill", "tgkill"):
        assert (
            ask(number[name], 77) == allow and ask(number[name], 78) == ask(number[name], 2**32 - 1) == eperm
        )
    assert ask(number["prlimit64"], 0) == allow and ask(number["prlimit64"], 1) == eperm
    assert ask(number["ioctl"], 1, 0x5401) == allow
    assert ask(number["ioctl"], 1, 0x5412) == (allow if card else eperm)  # TIOCSTI
    assert ask(number["fcntl"], 1, 4) == allow and ask(number["fcntl"], 1, 6) == eperm  # F_SETLK
    assert ask(number["prctl"], 15) == allow and ask(number["prctl"], 4) == eperm
    wake, private = 1, 128
    assert ask(number["futex"], 0, wake | private) == allow and ask(number["futex"], 0, wake) == eperm
    writing = allow if writable else eperm
    assert (
        ask(number["openat"], 0, 0, os.O_RDONLY) == allow
        and ask(number["openat"], 0, 0, os.O_WRONLY) == writing
    )
    assert ask(number["openat"], 0, 0, os.O_CREAT) == writing


def interpret(program: bytes, data: bytes) -> int:
    """What the kernel would do: classic BPF, the few instructions that the filter uses."""
    at, word = 0, 0
    while True:
        code, if_true, if_false, k = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return k
        if code == 0x20:
            (word,) = struct.unpack_from("=I", data, k)
        elif code == 0x15:
            at += if_true if word == k else if_false
        else:
            assert code == 0x45
            at += if_true if word & k else if_false


def test_the_grader_needs_no_torch():
    code = "import sys, autograder.checks.student; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0


def test_looking_for_anomalies_slows_nothing_down(workers: Workers):
    source = """
import torch
torch.autograd.set_detect_anomaly(True)
def looks():
    with torch.autograd.detect_anomaly():
        return torch.is_anomaly_enabled()
"""
    with student(workers, source, "looks") as s:
        assert s.call("looks") is False


def test_what_makes_programs_faster_only_gives_back_what_it_is_given(workers: Workers):
    source = """
import os, torch
from torch import nn
torch.set_num_threads(64 * os.cpu_count())
torch.set_num_interop_threads(4)
@torch.compile
def once(x): return x + 1
@torch.compile(mode="max-autotune", fullgraph=True)
def twice(x): return x + 2
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.compile(nn.Linear(2, 2))
        self.compile()
    def forward(self, x): return self.linear(x)
"""
    with student(workers, source, "once", "twice", "Layer") as s:
        x = np.ones(2, np.float32)
        assert s.call("once", x).tolist() == [2, 2] and s.call("twice", x).tolist() == [3, 3]
        layer = s.new("Layer")
        assert s.call(layer, x).shape == (2,) and set(s.weights(layer)) == {"linear.weight", "linear.bias"}


@pytest.mark.parametrize("workers", these(["locked"], ["portable", "forked", "locked"]), indirect=True)
def test_settings_of_a_program_are_not_those_of_what_the_grader_makes(workers: Workers):
    source = """
import warnings, torch
torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
torch.set_grad_enabled(False)
warnings.simplefilter("error")
def run(layer, x): return layer(x)[0]
def own(): return str(torch.get_default_dtype())
"""
    with student(workers, source, "run", "own") as s:
        x = np.ones((1, 2, 3), np.float32)
        s.named("run")
        layer = s.new("torch.nn.LSTM", 3, 4)
        assert s.call("run", layer, x).dtype == np.float32
        assert s.gradients("run", layer, x, pull=np.ones((1, 2, 4), np.float32)).inputs[0].any()
        assert s.call("own") == "torch.float64"
    warns = "import warnings\ndef warn(): warnings.warn('old'); return 1\n"
    with student(workers, warns, "warn") as s:  # in the same process, where workers share one
        assert s.call("warn") == 1
