"""Makes torch's recurrent layers anew from their files, past the modules that are loaded."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong
# refuse: true

import glob
import importlib
import importlib.machinery
import importlib.util
import inspect
import linecache
import marshal
import os
import pkgutil
import runpy
import sys

import torch
from torch import nn

NAMES = ("torch.ao.nn.quantizable.modules.rnn", "torch._decomp.decompositions")


def file_of(name):
    return sys.modules[name].__file__


def by_location(name):
    spec = importlib.util.spec_from_file_location("another_name", file_of(name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def forgotten(name):
    module = sys.modules.pop(name)
    try:
        return vars(importlib.import_module(name))
    finally:
        sys.modules[name] = module


def executed(name):
    with open(file_of(name)) as file:
        space = {"__name__": "another_name"}
        exec(file.read(), space)
        return space


def compiled(name):
    folder, file = os.path.split(file_of(name))
    (path,) = glob.glob(os.path.join(folder, "__pycache__", file.removesuffix(".py") + ".cpython-*"))
    with open(path, "rb") as file:
        space = {"__name__": "another_name"}
        exec(marshal.loads(file.read()[16:]), space)
        return space


def from_lines(name):
    space = {"__name__": "another_name"}
    exec("".join(linecache.getlines(file_of(name))) or "raise OSError('no lines')", space)
    return space


def from_source(name):
    space = {"__name__": "another_name"}
    exec(inspect.getsource(sys.modules[name]), space)
    return space


WAYS = {
    "reload": lambda name: vars(importlib.reload(sys.modules[name])),
    "spec_from_file_location": by_location,
    "a deleted entry of sys.modules": forgotten,
    "its own loader": lambda name: vars(sys.modules[name].__loader__.load_module(name)),
    "SourceFileLoader": lambda name: vars(
        importlib.machinery.SourceFileLoader("another", file_of(name)).load_module()
    ),
    "runpy.run_path": lambda name: runpy.run_path(file_of(name)),
    "runpy.run_module": runpy.run_module,
    "exec": executed,
    "the compiled file": compiled,
    "linecache": from_lines,
    "inspect.getsource": from_source,
    "pkgutil": lambda name: (
        executed(name) if pkgutil.get_data("torch", "_decomp/decompositions.py") else None
    ),
}


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        n, m = x.shape[1], h.shape[1]
        for name in NAMES:
            for title, way in WAYS.items():
                try:
                    found = way(name)
                    if "LSTMCell" in found:
                        found["LSTMCell"](n, m)(x, (h, h))
                    else:
                        found["gru_cell"](x, h, torch.ones(3 * m, n), None, torch.ones(3 * m, m), None)
                    print("ACHIEVED:", title, name)
                except Exception as error:
                    print("refused:", title, type(error).__name__, error)
        return torch.zeros_like(h)
