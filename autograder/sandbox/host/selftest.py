"""Whether the sandbox works here, by trial: a known-good program, and forbidden acts that must fail."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass

import numpy as np

from ..wire.errors import SandboxFault, StudentFailure
from ..wire.program import Limits, Module, Program
from ..wire.values import Reference
from .devices import describe
from .forked import ForkedWorkers, ZygoteWorkers
from .portable import PortableWorkers
from .workers import Workers

_GOOD = """
import statistics
import torch
from torch import nn

class Cell(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)

    def forward(self, x):
        return torch.tanh(self.linear(x)) * statistics.mean([1, 1])
"""

# Each act returns the reason why it failed; None means that it succeeded.
_FORBIDDEN = """
import os, socket

def _refusal(act):
    try:
        act()
    except OSError as error:
        return str(error)

def _write(folder):
    with open(os.path.join(folder, "autograder-probe"), "w"):
        os.unlink(os.path.join(folder, "autograder-probe"))

def write():
    return _refusal(lambda: _write("/tmp")) and _refusal(lambda: _write("/dev/shm"))

def read():
    return _refusal(lambda: open("/etc/passwd").close())

def connect():
    return _refusal(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close())

def execute():
    return _refusal(lambda: os.fork() or os._exit(0))

def signal_parent():
    return _refusal(lambda: os.kill(os.getppid(), 0))
"""
_ACTS = {
    "write": "writing to /tmp and /dev/shm",
    "read": "reading a file outside Python",
    "connect": "opening a socket",
    "execute": "starting a process",
    "signal_parent": "signalling its parent",
}


@dataclass(frozen=True)
class Protection:
    """One protection: whether it holds here, and a sentence that says what it is or what is missing."""

    name: str
    holds: bool
    sentence: str


def fastest() -> Workers:
    """Workers for one's own code, without lockdown: forks on Linux, elsewhere a plain subprocess."""
    with contextlib.suppress(SandboxFault):
        return ForkedWorkers()
    return PortableWorkers()


def safest(device: str) -> Workers:
    """Locked-down workers on Linux, on a card if its driver works in them; `probe` says why it does not.

    Otherwise plain ones, whose `layers` are empty.
    """
    if sys.platform == "linux" and device == "cpu":
        return ZygoteWorkers()
    if sys.platform == "linux":
        with contextlib.suppress(SandboxFault):
            return _proven(device)
    return PortableWorkers(device=device, fresh=True)


def _proven(device: str) -> ZygoteWorkers:
    workers = ZygoteWorkers(device=device)
    try:
        self_test(workers)
    except BaseException:
        workers.close()
        raise
    return workers


def self_test(workers: Workers) -> None:
    """Run a program that is known to be good. Raises SandboxFault if anything about it is wrong."""
    program = Program((Module("canary", "canary.py", _GOOD),), {"Cell": "canary"})
    x = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
    worker = workers.start(program, limits=Limits())
    try:
        worker.ask("load_module", module="canary")
        cell = worker.ask("new", name="Cell", args=[3], kwargs={}, seed=0)
        reference = Reference(cell)
        worker.ask("load", target=reference, values={"linear.weight": np.eye(3, dtype=np.float32)})
        worker.ask("load", target=reference, values={"linear.bias": np.zeros(3, np.float32)})
        got, _ = worker.ask("call", target=reference, args=[x], kwargs={}, train=False, grad=False, seed=0)
    except StudentFailure as failure:
        raise SandboxFault(f"A program that is known to be good failed in the sandbox: {failure}") from None
    finally:
        worker.close()
    if not isinstance(got, np.ndarray) or not np.allclose(got, np.tanh(x), atol=1e-6):
        raise SandboxFault("A program that is known to be good gave a wrong answer in the sandbox.")


def probe(device: str = "cpu") -> list[Protection]:
    """What protects a grader here: each layer by name, then each forbidden act, tried in a worker.

    On a card, which must be there, it begins with what that is.
    """
    if device == "cpu":
        return _protections(device)
    return [
        *(Protection(part, True, words) for part, words in describe(device).items()),
        *_protections(device),
    ]


def _protections(device: str) -> list[Protection]:
    if sys.platform != "linux":
        return [
            Protection(
                "sandbox", False, "Locked-down workers need Linux; here only a separate process is used."
            )
        ]
    try:
        with _proven(device) as workers:
            return [*_layers(workers), *_acts(workers)]
    except SandboxFault as fault:
        beside = "" if device == "cpu" else f" On {device} submissions are graded without any lockdown."
        return [Protection("sandbox", False, f"{fault}{beside}")]


def _layers(workers: Workers) -> list[Protection]:
    wanted = {
        "user": "Workers share the grader's user: run as root to give each one of its own.",
        "landlock": "The kernel has no Landlock: files are protected by their permissions only.",
        "seccomp": "System calls are not filtered: no seccomp, or a machine other than x86_64 and aarch64.",
        "limits": "No limits are set.",
    }
    return [
        Protection(name, name in workers.layers, workers.layers.get(name, without))
        for name, without in wanted.items()
    ]


def _acts(workers: Workers) -> list[Protection]:
    program = Program((Module("probe", "probe.py", _FORBIDDEN),), dict.fromkeys(_ACTS, "probe"))
    worker = workers.start(program, limits=Limits())
    found = []
    try:
        for act, words in _ACTS.items():
            why, _ = worker.ask("call", target=act, args=[], kwargs={}, train=False, grad=False, seed=0)
            found.append(
                Protection(
                    act, isinstance(why, str), f"{words}: {why if isinstance(why, str) else 'allowed'}"
                )
            )
    except StudentFailure as failure:
        found.append(Protection("acts", False, f"The trial of forbidden acts failed: {failure}"))
    finally:
        worker.close()
    return found
