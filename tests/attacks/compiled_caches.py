"""Writes into the caches from which Python and torch would load compiled code later, for every program."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import importlib.util
import os
import py_compile
import sys

import torch
import torch.utils.cpp_extension
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name in ("json", "random", "torch", "numpy", "safetensors"):
            try:
                cache = importlib.util.cache_from_source(sys.modules[name].__file__)
                py_compile.compile(torch.__file__, cache, doraise=True)
                print("ACHIEVED: a cache of", name)
            except (OSError, KeyError, py_compile.PyCompileError):
                pass
        try:
            torch.utils.cpp_extension.load_inline("evil", "int one() { return 1; }", functions=["one"])
            print("ACHIEVED: compiled")
        except Exception as error:
            print("refused:", type(error))
        os.environ.clear()
        return torch.zeros_like(h)
