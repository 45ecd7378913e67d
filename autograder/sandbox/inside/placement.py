"""On which device the arguments of a student's code arrive. Worker only.

As in a program of theirs: inputs of a model are on its device. What a DataLoader gives, integers in lists and
tuples, is on the CPU, and the code that is called moves it; so are lengths, which packing wants there. Other
code moves lengths with the rest of the batch, and is as right: a call that mixes devices is tried once more
with all direct arguments on the device. Code that mixes devices then, too, was written for the CPU. It costs
no points there, so it costs none here: what is left of the program runs on the CPU.
"""

from __future__ import annotations

import contextlib

import torch
from torch import nn

from .tensors import Place


def as_loaded(device: str) -> Place:
    """Integers in containers and lengths, which have one axis, on the CPU; all else on the device."""
    return lambda tensor, inside: (
        tensor if _is_whole(tensor) and (inside or tensor.ndim == 1) else _on(tensor, device)
    )


def everywhere(device: str) -> Place:
    """Only integers in containers on the CPU."""
    return lambda tensor, inside: tensor if _is_whole(tensor) and inside else _on(tensor, device)


def mixes(error: Exception, device: str) -> bool:
    """Whether an exception that is met on `device` says that something is on the other one."""
    sentence, kind = str(error).lower(), device.partition(":")[0]
    return kind != "cpu" and "cpu" in sentence and (kind in sentence or "same device" in sentence)


def move_to_the_cpu(thing: object) -> None:
    """A module with its weights, an optimiser with what it remembers of them; anything else stays."""
    if isinstance(thing, nn.Module):
        thing.to("cpu")
    elif isinstance(thing, torch.optim.Optimizer):
        for known in thing.state.values():
            for name, remembered in known.items():
                if isinstance(remembered, torch.Tensor):
                    known[name] = remembered.to("cpu")


def turn_tf32_off() -> None:
    """Let matrices and cuDNN's layers compute in whole float32."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def without_cudnn() -> contextlib.AbstractContextManager[None]:
    """Within it recurrent layers have a gradient in evaluation mode, too, which cuDNN's refuse to have."""
    return torch.backends.cudnn.flags(enabled=False, allow_tf32=False)


def _is_whole(tensor: torch.Tensor) -> bool:
    return not tensor.is_floating_point() and tensor.dtype != torch.bool


def _on(tensor: torch.Tensor, device: str) -> torch.Tensor:
    if device.startswith("mps") and tensor.dtype == torch.float64:  # which it does not have
        tensor = tensor.float()
    return tensor.to(device)
