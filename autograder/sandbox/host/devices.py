"""Which devices a grading may be run on here; asked of another interpreter, for the grader has no torch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .portable import environment

_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")
_QUESTION = """
import sys, torch
torch.ones(1, device=sys.argv[1]).sum().item()
"""


_DESCRIPTION = """
import sys, torch
card = torch.cuda.get_device_properties(torch.device(sys.argv[1]))
cudnn = torch.backends.cudnn.version()
print(f"{card.name}, {card.total_memory / 2**30:.0f} GiB, compute capability {card.major}.{card.minor}")
print(f"PyTorch {torch.__version__} with CUDA {torch.version.cuda} and cuDNN {cudnn}")
"""
_VERSION = Path("/proc/driver/nvidia/version")


def objection(device: str) -> str:
    """A sentence that says why this device cannot be used; empty if it can."""
    if not _DEVICE.fullmatch(device):
        return f"--device is cpu, cuda, cuda:N or mps, not {device}."
    if device == "cpu":
        return ""
    asked = _ask(_QUESTION, device)
    if asked.returncode == 0:
        return ""
    why = (asked.stderr.strip().splitlines() or ["no reason was given"])[-1][:200]
    return f"There is no {device} here that torch can use ({why}). Without --device the CPU grades."


def describe(device: str) -> dict[str, str]:
    """What a device that is there is, part by part; of other devices than CUDA's only the name is known."""
    if not device.startswith("cuda"):
        return {"device": device}
    asked = _ask(_DESCRIPTION, device)
    card, _, versions = asked.stdout.strip().partition("\n")
    loaded = _VERSION.read_text().splitlines()[0] if _VERSION.exists() else "its version is not told here"
    return {"card": card, "driver": " ".join(loaded.split()), "libraries": versions}


def _ask(question: str, device: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", question, device],
        env=environment(device),
        capture_output=True,
        text=True,
        check=False,
    )
