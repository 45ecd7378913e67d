"""What a card's driver needs of a worker that is locked down: its variables, its files, and a context before.

A CUDA context does not survive a fork, and a locked process cannot make one: the driver looks around in /proc
and /sys, starts threads, and writes their names into /proc. So a worker makes its context after its fork and
before its lockdown, and has cuBLAS and cuDNN compute once. What is open then stays open: Landlock and seccomp
judge what is done later: ioctl, opening the driver's own files again (for each mapping of memory), loading a
library from where libraries are.

No gradient is computed before the lockdown. The thread that autograd starts for the card runs what a program
writes into hooks and backward functions, so it is to be born locked. `try_out` computes one afterwards.

Made from NVIDIA's open kernel modules and gVisor's list of what CUDA asks of them; run on an H100 and an
H200 with driver 580 (docs/figures.md says what was seen there).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_VARIABLES = ("CUDA_", "NVIDIA_", "LD_LIBRARY_PATH", "PYTORCH_")
_CARDS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")  # no name: none of NVIDIA's, none of AMD's
_FILES = ("nvidia*", "dxg")  # in /dev; the second is that of Windows' subsystem for Linux
_LIBRARIES = ("/usr/local/nvidia", "/usr/local/cuda", "/usr/lib/wsl")  # beside those of the system
# Where it looks while it makes a context.
AROUND = tuple(map(Path, ("/proc", "/sys", "/etc/nvidia", "/usr/share/nvidia")))


def variables(device: str) -> dict[str, str]:
    """What the driver looks for in the environment; on the CPU, that there is no card.

    For a fork can use none, and where torch sees one it asks it before each step of an optimiser.
    On a card, an error is to be raised where it was made, not some operations later; nothing is to be written
    at home; whether there is a card is to be found out without making a context, which is lost in forks.
    """
    if device == "cpu":
        return dict.fromkeys(_CARDS, "")
    kept = {name: value for name, value in os.environ.items() if name.startswith(_VARIABLES)}
    wanted = ("CUDA_LAUNCH_BLOCKING", "CUDA_CACHE_DISABLE", "PYTORCH_NVML_BASED_CUDA_CHECK")
    return kept | dict.fromkeys(wanted, "1")


def files() -> list[Path]:
    """The device files of all cards, and of the driver itself."""
    return [path for pattern in _FILES for path in sorted(Path("/dev").glob(pattern))]


def libraries() -> list[Path]:
    """Where the driver's libraries are beside those of the system."""
    named = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    paths = [Path(path) for path in (*_LIBRARIES, *named) if Path(path).is_absolute()]
    return [path.resolve() for path in paths if path.is_dir()]


def make_context(device: str) -> None:
    """Have each library of the driver's compute once, without gradients."""
    import torch
    from torch import nn

    with torch.no_grad():
        ids = torch.zeros(2, 3, dtype=torch.int64, device=device)
        x = nn.Embedding(3, 4, device=device)(ids)
        for layer in (nn.RNN, nn.LSTM, nn.GRU):
            x, _ = layer(4, 4, batch_first=True, device=device)(x)
        scores = nn.Linear(4, 3, device=device)(x)
        nn.functional.cross_entropy(scores.flatten(0, 1), ids.flatten())
        scores.softmax(-1).sort()
    _finish(device)


def try_out(device: str) -> None:
    """Train for one step. Raises what does not work."""
    import torch
    from torch import nn

    layer = nn.LSTM(4, 4, batch_first=True, device=device)
    optimiser = torch.optim.SGD(layer.parameters(), 0.1)
    layer(torch.ones(2, 3, 4, device=device))[0].sum().backward()
    nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
    optimiser.step()
    _finish(device)


def is_lost(sentence: str) -> bool:
    """Whether an exception says that the context can do no more. An index that is too large ends it so."""
    return re.search(r"\b(AcceleratorError|CUDA error|CUBLAS_STATUS|cuDNN error)\b", sentence) is not None


def _finish(device: str) -> None:
    """Wait until the card has done what it was told to, so that its errors are raised here."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
