"""A card that is pretended: its tensors say that they are on cuda and have their numbers in memory.

Operations are done on the CPU, after what a card would refuse has been refused: tensors of two devices in one
operation, lengths of a packed sequence that are not on the CPU, a CUDA tensor as a NumPy array, a gradient of
cuDNN's layers in evaluation mode. So a whole grading runs "on cuda" and ends in verdicts.

The rules are those of PyTorch's FakeTensorMode. But its tensors have no numbers, at which most programs look,
and it does not know "cuda" where PyTorch was built without.

    with pretended():
        torch.ones(2, device="cuda") + torch.ones(2)  # RuntimeError: Expected all tensors to be on the same…

Below Python the device is "meta", which every build of PyTorch has.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten
CARD, BELOW = torch.device("cuda:0"), torch.device("meta")
# What takes a tensor of one device beside tensors of another.
_ACROSS = {aten.copy_.default, aten._foreach_copy_.default}
# What looks numbers up: indices on the CPU serve tensors on the card, and not the other way round.
_INDEXING = {
    aten.index.Tensor,
    aten.index_put.default,
    aten.index_put_.default,
    aten._index_put_impl_.default,
    aten._unsafe_index.Tensor,
}
# Their second tensor, and the second of what they give, are on the CPU.
_FROM_DATA = {torch.tensor, torch.as_tensor, torch.asarray}
_PACKING = {aten._pack_padded_sequence.default, aten._pad_packed_sequence.default}


class OnCard(torch.Tensor):
    """A tensor on the card."""

    inner: torch.Tensor

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> OnCard:
        made: OnCard = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.shape,
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=BELOW,
        )
        made.inner = inner
        return made

    device = property(lambda self: CARD)
    is_cuda = property(lambda self: True)
    is_meta = property(lambda self: False)

    def get_device(self) -> int:
        return 0

    def tolist(self) -> Any:
        return self.detach().cpu().tolist()

    def numpy(self, *, force: bool = False) -> Any:
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
            "memory first."
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.numpy()

    def __repr__(self) -> str:
        return f"OnCard({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return _perform(function, args, kwargs or {})


class _Names(TorchFunctionMode):
    """Where a program says "cuda", torch hears "meta"."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch.device:
            return function(*args, **(kwargs or {}))
        args, kwargs = tuple(map(_below, args)), {key: _below(each) for key, each in (kwargs or {}).items()}
        if function is torch.Tensor.cuda:
            return args[0].to(BELOW)
        if function in _FROM_DATA and kwargs.get("device") == BELOW:
            return function(*args, **(kwargs | {"device": None})).to(BELOW)
        if function in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):  # below, numbers would be lost
            args = args[0], _looked_up(args[1]), *args[2:]
            if isinstance(args[-1], (bool, int, float)) and len(args) > 2:
                args = *args[:2], torch.tensor(args[2], dtype=args[0].dtype)
        return function(*args, **kwargs)


class _Card(TorchDispatchMode):
    """Takes every operation, those that make tensors from none, too."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return _perform(function, args, kwargs or {})


@contextlib.contextmanager
def pretended() -> Iterator[None]:
    """Within it there is a card."""
    there = mock.patch.multiple(
        torch.cuda,
        is_available=lambda: True,
        device_count=lambda: 1,
        current_device=lambda: 0,
        synchronize=lambda device=None: None,
        _lazy_init=lambda: None,
        # What a build with CUDA asks of a card.
        get_device_properties=lambda device=None: SimpleNamespace(name="pretended", major=9, minor=0),
        is_current_stream_capturing=lambda: False,
    )
    # Optimisers ask an accelerator for its streams.
    graphs = mock.patch.object(torch.accelerator, "is_available", lambda: False)
    # Tensors of inference mode have no place for what a wrapped tensor counts.
    inference = mock.patch.object(torch, "inference_mode", _no_grad)
    swapped = torch.__future__.get_swap_module_params_on_conversion()
    torch.__future__.set_swap_module_params_on_conversion(True)  # what moves is the same parameter afterwards
    try:
        with there, graphs, inference, cudnn_refuses(), _Names(), _Card():
            yield
    finally:
        torch.__future__.set_swap_module_params_on_conversion(swapped)


@contextlib.contextmanager
def cudnn_refuses() -> Iterator[None]:
    """Within it no recurrent layer in evaluation mode has a gradient, unless cuDNN is off in its forward."""

    def refuse(gradient: torch.Tensor) -> None:
        raise RuntimeError("cudnn RNN backward can only be called in training mode")

    with contextlib.ExitStack() as replaced:
        for kind in (nn.RNN, nn.LSTM, nn.GRU):

            def forward(self: nn.Module, *args: Any, own: Any = kind.forward, **kwargs: Any) -> Any:
                output, state = own(self, *args, **kwargs)
                data = output.data if isinstance(output, nn.utils.rnn.PackedSequence) else output
                if torch.backends.cudnn.enabled and not self.training and data.requires_grad:
                    data.register_hook(refuse)
                return output, state

            replaced.enter_context(mock.patch.object(kind, "forward", forward))
        yield


def _no_grad(mode: Any = True) -> Any:
    """In the place of torch.inference_mode, as a decorator, too."""
    return torch.no_grad()(mode) if callable(mode) else torch.set_grad_enabled(not mode)


def _looked_up(index: Any) -> Any:
    """An index whose lists of numbers are tensors."""
    if isinstance(index, tuple):
        return tuple(map(_looked_up, index))
    return torch.tensor(index) if isinstance(index, (list, range, np.ndarray)) and len(index) else index


def _below(thing: Any) -> Any:
    if isinstance(thing, torch.device) and thing.type == "cuda":
        return BELOW
    return BELOW if isinstance(thing, str) and thing in ("cuda", "cuda:0") else thing


def _perform(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """One operation, on the numbers."""
    tensors: list[torch.Tensor] = []
    plain, named = _numbers(args, tensors), _numbers(kwargs, tensors)
    assert not any(each.device == BELOW for each in tensors), f"{function} was given a tensor without numbers"
    on_card = any(isinstance(each, OnCard) for each in tensors)
    if on_card:
        _refuse(function, args, tensors)
    if kwargs.get("device") is not None:
        on_card = torch.device(kwargs["device"]).type in (BELOW.type, CARD.type)
        named["device"] = torch.device("cpu")
    made = function(*plain, **named)
    if function in _PACKING:
        return (OnCard(made[0]), made[1]) if on_card else made
    if not on_card:
        return made
    if torch.Tag.inplace_view in function.tags:  # a transpose_ changes the shape that the tensor itself says
        with no_dispatch():
            function(*args, **kwargs)
    return _placed(made, {id(each.inner): each for each in tensors if isinstance(each, OnCard)})


def _numbers(thing: Any, tensors: list[torch.Tensor]) -> Any:
    """Arguments with the numbers in the place of tensors on the card; what tensors there are is noted."""
    if isinstance(thing, torch.Tensor):
        tensors.append(thing)
        return thing.inner if isinstance(thing, OnCard) else thing
    if isinstance(thing, (list, tuple)):
        return type(thing)([_numbers(each, tensors) for each in thing])
    if isinstance(thing, dict):
        return {key: _numbers(each, tensors) for key, each in thing.items()}
    return thing


def _placed(made: Any, given: dict[int, OnCard]) -> Any:
    """What an operation gave, on the card; where it gave an argument that it changed, that one."""
    if isinstance(made, torch.Tensor):
        return given[id(made)] if id(made) in given else OnCard(made)
    return type(made)([_placed(each, given) for each in made]) if isinstance(made, (list, tuple)) else made


def _refuse(function: Any, args: Any, tensors: list[torch.Tensor]) -> None:
    """Raise what a card raises."""
    if function in _ACROSS:
        return
    if function in _PACKING:
        if isinstance(tensors[1], OnCard):
            raise RuntimeError("'lengths' argument should be a 1D CPU int64 tensor, but got 1D cuda:0 Long")
        return
    if function in _INDEXING:
        if not isinstance(args[0], OnCard):
            raise RuntimeError(
                "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
            )
        tensors = [each for each in (args[0], *args[2:3]) if isinstance(each, torch.Tensor)]
    if len({each.device.type for each in tensors if isinstance(each, OnCard) or each.ndim}) > 1:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu! "
            f"(in {function})"
        )
