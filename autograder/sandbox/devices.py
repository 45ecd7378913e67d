"""Which devices a grading may be run on here; asked of another interpreter, for the grader has no torch."""

from __future__ import annotations

import re
import subprocess
import sys

from .portable import environment

_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")
_QUESTION = """
import sys, torch
torch.ones(1, device=sys.argv[1]).sum().item()
"""


def objection(device: str) -> str:
    """A sentence that says why this device cannot be used; empty if it can."""
    if not _DEVICE.fullmatch(device):
        return f"--device is cpu, cuda, cuda:N or mps, not {device}."
    if device == "cpu":
        return ""
    asked = subprocess.run(
        [sys.executable, "-I", "-c", _QUESTION, device],
        env=environment(device),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        return ""
    why = (asked.stderr.strip().splitlines() or ["no reason was given"])[-1][:200]
    return f"There is no {device} here that torch can use ({why}). Without --device the CPU grades."
