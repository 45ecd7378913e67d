"""Refusal of torch's own recurrent layers where a task asks for the step to be written by hand.

Two levels. `for_good`, in a locked worker: the operators themselves raise, in the dispatcher, where every way
of calling them ends (nn.LSTM, torch._VF, torch.ops, TorchScript, other threads, redispatching); so do the few
recurrent layers that torch has in pure Python. Otherwise, in a worker that other programs will use later, the
layers' forwards are replaced, and `remove` puts them back.

The first level uses private interfaces of torch. Whether they still work is therefore tried out at every
installation. What stays possible is to paste the code of such a layer: no refusal sees that.
"""

from __future__ import annotations

import ctypes
import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import Any, NoReturn

import torch
from torch import nn

_LAYERS = (nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell)
_SENTENCE = "{} of torch is not allowed here: this task asks you to write the step yourself"

# Schema name -> what the sentence calls it.
_OPERATORS = {
    **{
        f"{op}.{kind}": f"nn.{name}"
        for op, name in (("lstm", "LSTM"), ("gru", "GRU"))
        for kind in ("input", "data")
    },
    **{f"rnn_{f}.{kind}": "nn.RNN" for f in ("tanh", "relu") for kind in ("input", "data")},
    "lstm_cell": "nn.LSTMCell",
    "gru_cell": "nn.GRUCell",
    "rnn_tanh_cell": "nn.RNNCell",
    "rnn_relu_cell": "nn.RNNCell",
}
_MKLDNN = "mkldnn_rnn_layer"  # a kernel of its own, which is no composite: refused on each of its keys
# Recurrent layers in pure Python, and the names of their functions there.
_IN_PYTHON = ("torch._decomp.decompositions", "torch.ao.nn.quantizable.modules.rnn")
_RECURRENT = re.compile("lstm|gru|rnn", re.IGNORECASE)

_forwards: dict[Any, Any] = {}
_refused_for_good = False


class NotRefused(Exception):
    """This version of torch lets one of its recurrent layers through."""


def install(*, for_good: bool) -> None:
    """Make torch's recurrent layers, cells and operators raise. Raises NotRefused if one still runs."""
    global _refused_for_good
    if for_good and not _refused_for_good:
        _refused_for_good = True
        _refuse_operators()
        _refuse_python()
    elif not for_good and not _forwards:
        for layer in _LAYERS:
            _forwards[layer] = layer.forward
            layer.forward = _refusal(f"nn.{layer.__name__}")  # type: ignore[method-assign]
    _try_all(operators=for_good)


def remove() -> None:
    """Take back an installation that was not for good."""
    for layer, forward in _forwards.items():
        layer.forward = forward
    _forwards.clear()


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(_SENTENCE.format(name))

    return refuse


def _refuse_operators() -> None:
    library = torch._C._dispatch_library("IMPL", "aten", "", __file__, 1)
    # A reference too many and no name for it: the handle can be neither collected nor found, so it cannot be
    # undone.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
    with _no_warnings_from_native_code():
        for operator, name in _OPERATORS.items():
            library.impl(operator, "CompositeImplicitAutograd", _refusal(name))
        for key in ("CPU", "AutogradCPU"):
            library.impl(_MKLDNN, key, _refusal("nn.LSTM"))


def _refuse_python() -> None:
    """Give the functions another body: whoever holds them already, or imports them later, gets that one."""
    for module in map(importlib.import_module, _IN_PYTHON):
        for name, thing in list(vars(module).items()):
            if _RECURRENT.search(name) and getattr(thing, "__module__", "") == module.__name__:
                function = inspect.unwrap(getattr(thing, "forward", thing))
                # A closure cannot take this body; the plain functions that it calls do.
                if isinstance(function, FunctionType) and not function.__code__.co_freevars:
                    function.__code__ = _body.__code__


def _body(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError(
        "a recurrent layer of torch is not allowed here: this task asks you to write the step yourself"
    )


@contextmanager
def _no_warnings_from_native_code() -> Iterator[None]:
    """The dispatcher prints a warning about each kernel that is replaced, past Python, to descriptor 2."""
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def _try_all(*, operators: bool) -> None:
    """Run each layer and cell and, with `operators`, an operator and a pure-Python layer: all must raise."""
    attempts: list[Callable[[], Any]] = []
    for layer in _LAYERS:
        for dtype in (torch.float32, torch.float64):
            x = torch.zeros((1, 2) if "Cell" in layer.__name__ else (1, 1, 2), dtype=dtype)
            attempts.append(partial(layer(2, 3, dtype=dtype), x))
    if operators:
        cell, state = nn.LSTMCell(2, 3), torch.zeros(1, 3)
        weights = (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
        attempts.append(partial(torch.ops.aten.lstm_cell, torch.zeros(1, 2), (state, state), *weights))
        attempts.append(partial(importlib.import_module(_IN_PYTHON[1]).LSTM(2, 3), torch.zeros(1, 1, 2)))
    for attempt in attempts:
        try:
            with torch.no_grad():
                attempt()
        except RuntimeError as error:
            if "not allowed here" in str(error):
                continue
        raise NotRefused(
            f"torch {torch.__version__} lets a recurrent layer through where it is to be refused"
        )
