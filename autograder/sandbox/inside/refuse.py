"""Refusal of torch's own recurrent layers where a task asks for the step to be written by hand.

Two levels. `for_good`, in a locked worker, three things together:

- Every operator of torch's whose name says that it is recurrent raises, in the dispatcher, where all ways of
  calling it end: nn.LSTM, quantised layers, torch._VF, torch.ops, TorchScript, vmap, other threads. Which
  they are is read from the dispatcher, not from a list.
- The recurrent layers and decompositions that torch has in pure Python get another body.
- Their files cannot be had again: the import system refuses them by name (reload, a deleted entry of
  sys.modules), Landlock refuses to open them (a loader of one's own, runpy, exec, inspect.getsource).

Otherwise, in a worker that other programs will use later, the layers' forwards are replaced, and `remove`
puts them back.

The first level uses private interfaces of torch. Whether they still work is therefore tried out at every
installation. What stays possible is to paste the code of such a layer, or to call torch's C++ functions past
its dispatcher by native code: no refusal sees that.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.abc
import inspect
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import torch
from torch import nn

_LAYERS = (nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell)
_SENTENCE = "{} of torch is not allowed here: this task asks you to write the step yourself"
_RECURRENT = re.compile("lstm|gru|rnn", re.IGNORECASE)

# Where an operator's kernels are registered; the first are aliases, which stand for many keys. What is left
# (autocast, tracing, functionalisation) only prepares a call of one of these.
_KEYS = """
    CompositeImplicitAutograd CompositeExplicitAutograd CompositeExplicitAutogradNonFunctional Autograd
    CPU CUDA MPS MkldnnCPU QuantizedCPU QuantizedCUDA AutogradCPU AutogradCUDA AutogradMPS Meta
""".split()  # noqa: SIM905, one name a line would fill a page
_ALWAYS = ("CPU", "AutogradCPU")
_PREPARES = re.compile("Autocast|Tracer|Functionalize|ADInplaceOrView")
# "aten::lstm.input" and the like: what the sentence calls it.
_NAMES = (("lstm_cell", "LSTMCell"), ("gru_cell", "GRUCell"), ("rnn_tanh_cell", "RNNCell"),
          ("rnn_relu_cell", "RNNCell"), ("gru", "GRU"), ("rnn_tanh", "RNN"), ("rnn_relu", "RNN"))  # fmt: skip

# Recurrent layers in pure Python, or what they are put together from; imported before any lockdown.
IN_PYTHON = (
    "torch._decomp.decompositions",
    "torch.ao.nn.quantizable.modules.rnn",
    "torch.ao.nn.quantized.modules.rnn",
    "torch.ao.nn.quantized.dynamic.modules.rnn",
    "torch.ao.nn.quantized.reference.modules.rnn",
    "torch.ao.quantization.fx.lstm_utils",
    "torch.export._patches",
)
# A module of an installed package that is named so ("torchaudio.models.rnnt") is recurrent, too.
_MODULE_NAME = re.compile(r"(^|[._])q?(lstm|gru|rnn|rnnt)s?([._]|$)", re.IGNORECASE)

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
        sys.meta_path.insert(0, _Guard())
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


def operators() -> list[str]:
    """The full names of the dispatcher's recurrent operators."""
    return [name for name in torch._C._dispatch_get_all_op_names() if _RECURRENT.search(name)]


def files() -> list[Path]:
    """The files from which the pure-Python layers could be made anew, sources and compiled ones."""
    found = []
    for module in map(importlib.import_module, IN_PYTHON):
        source = Path(inspect.getfile(module))
        found += [source, *source.parent.glob(f"__pycache__/{source.stem}.*.pyc")]
    return found


def _refuse_operators() -> None:
    names, libraries = operators(), {}
    for namespace in {name.partition("::")[0] for name in names}:
        libraries[namespace] = torch._C._dispatch_library("IMPL", namespace, "", __file__, 1)
        # A reference too many and no name for it: the handle can be neither collected nor found, so it cannot
        # be undone.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(libraries[namespace]))
    with _no_warnings_from_native_code():
        for full_name in names:
            namespace, _, name = full_name.partition("::")
            for key in _KEYS:
                if key in _ALWAYS or torch._C._dispatch_has_kernel_for_dispatch_key(full_name, key):
                    libraries[namespace].impl(name, key, _refusal(_layer_of(name)))


def _layer_of(operator: str) -> str:
    return "nn." + next((layer for part, layer in _NAMES if part in operator), "LSTM")


def _refuse_python() -> None:
    """Give the functions another body: whoever holds them already, or imports them later, gets that one."""
    for module in map(importlib.import_module, IN_PYTHON):
        linecache.cache.pop(inspect.getfile(module), None)
        for name, thing in list(vars(module).items()):
            if _RECURRENT.search(name) and getattr(thing, "__module__", "") == module.__name__:
                function = inspect.unwrap(getattr(thing, "forward", thing))
                # A closure cannot take this body; the plain functions that it calls do.
                if isinstance(function, FunctionType) and not function.__code__.co_freevars:
                    function.__code__ = _body.__code__


class _Guard(importlib.abc.MetaPathFinder):
    """Lets no recurrent module of an installed package be loaded, or loaded again."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        installed = any(
            part in ("site-packages", "dist-packages") for p in path or () for part in Path(p).parts
        )
        if fullname in IN_PYTHON or (installed and _MODULE_NAME.search(fullname)):
            raise ImportError(_SENTENCE.format(f"{fullname}, a recurrent layer,"), name=fullname)
        return None


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
    """Run each layer and cell and, with `operators`, those in pure Python, and look at every operator."""
    attempts: list[Callable[[], Any]] = []
    for layer in _LAYERS:
        for dtype in (torch.float32, torch.float64):
            attempts.append(partial(layer(2, 3, dtype=dtype), _input_of(layer).to(dtype)))
    if operators:
        attempts += _attempts_in_python()
        _look_at_operators()
    for attempt in attempts:
        try:
            with torch.no_grad():
                attempt()
        except (RuntimeError, ImportError) as error:
            if "not allowed here" in str(error):
                continue
        raise NotRefused(
            f"torch {torch.__version__} lets a recurrent layer through where it is to be refused"
        )


def _input_of(layer: type[nn.Module]) -> torch.Tensor:
    return torch.zeros((1, 2) if "Cell" in layer.__name__ else (1, 1, 2))


def _attempts_in_python() -> Iterator[Callable[[], Any]]:
    """Calls of layers that torch has in Python, and attempts to load their modules again."""
    quantizable = sys.modules["torch.ao.nn.quantizable.modules.rnn"]
    for kind in (quantizable.LSTM, quantizable.LSTMCell):
        yield partial(kind(2, 3), _input_of(kind))
    for name in IN_PYTHON:
        yield partial(importlib.reload, sys.modules[name])


def _look_at_operators() -> None:
    """Raises NotRefused for an operator that has a kernel of another's where a call can end."""
    for name in operators():
        for row in torch._C._dispatch_dump_table(name).splitlines():
            key, _, kernel = row.partition(": ")
            passed_on = "fallback]" in kernel or kernel.startswith("fallthrough") or _PREPARES.match(key)
            if __file__ not in kernel and not passed_on:
                raise NotRefused(f"torch {torch.__version__} lets {name} through on {key}")
