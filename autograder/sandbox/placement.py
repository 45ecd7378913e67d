"""On which device the arguments of a student's code arrive. Worker only.

As in a program of theirs: inputs of a model are on its device. What a DataLoader gives, integers in lists and
tuples, is on the CPU, and the code that is called moves it; so are lengths, which packing wants there. Other
code moves lengths with the rest of the batch, and is as right: a call that mixes devices is tried once more
with all direct arguments on the device.
"""

from __future__ import annotations

import contextlib

import torch

from .tensors import Place


def as_loaded(device: str) -> Place:
    """Integers in containers and lengths, which have one axis, on the CPU; all else on the device."""

    def place(tensor: torch.Tensor, inside: bool) -> torch.Tensor:
        whole = not tensor.is_floating_point() and tensor.dtype != torch.bool
        return tensor if whole and (inside or tensor.ndim == 1) else _on(tensor, device)

    return place


def everywhere(device: str) -> Place:
    """Only integers in containers on the CPU."""

    def place(tensor: torch.Tensor, inside: bool) -> torch.Tensor:
        whole = not tensor.is_floating_point() and tensor.dtype != torch.bool
        return tensor if whole and inside else _on(tensor, device)

    return place


def turn_tf32_off() -> None:
    """Let matrices and cuDNN's layers compute in whole float32."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def without_cudnn() -> contextlib.AbstractContextManager[None]:
    """Within it recurrent layers have a gradient in evaluation mode, too, which cuDNN's refuse to have."""
    flags: contextlib.AbstractContextManager[None] = torch.backends.cudnn.flags(
        enabled=False, allow_tf32=False
    )
    return flags


def _on(tensor: torch.Tensor, device: str) -> torch.Tensor:
    if device.startswith("mps") and tensor.dtype == torch.float64:  # which it does not have
        tensor = tensor.float()
    return tensor.to(device)
