"""What a program may set for its whole process: seeds, default dtype and device, threads. Worker only."""

from __future__ import annotations

import contextlib
import random
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import torch

# Taken before any code of a student's can replace them.
_seed_torch: Callable[[int], object] = torch.manual_seed
_seed_cpu: Callable[[int], object] = torch.default_generator.manual_seed
_card_in_use: Callable[[], bool] = torch.cuda.is_initialized
_has_mps = torch.backends.mps.is_available()
_seed_numpy = np.random.seed
_seed_python = random.seed


def seed_all(seed: int) -> None:
    """Seed all generators."""
    # Before CUDA is in use torch.manual_seed writes down the stack, to seed the card later: 2 ms each time.
    (_seed_torch if _has_mps or _card_in_use() else _seed_cpu)(seed)
    _seed_numpy(seed % 2**32)
    _seed_python(seed)


def forget() -> None:
    """Undo what code of a student's may have set for the whole process."""
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.autograd.set_detect_anomaly(False)
    warnings.resetwarnings()
    if torch.get_num_threads() != 1:  # small models; two threads on two busy cores take ten times as long
        torch.set_num_threads(1)
    if torch.are_deterministic_algorithms_enabled():  # to set it imports half of torch's compiler
        torch.use_deterministic_algorithms(False)


@contextlib.contextmanager
def of_the_grader() -> Iterator[None]:
    """Within it torch's own things are made as the grader means them.

    A program may have set a default dtype or device for itself.
    """
    dtype, device = torch.get_default_dtype(), torch.get_default_device()
    try:
        with warnings.catch_warnings():
            forget()
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_default_device(None if device.type == "cpu" else device)
