"""Puts modules of its own under the names that the grader imports later."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import sys
import types

import torch
from torch import nn


class Everything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: True


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name in ("pytest", "yaml", "autograder.checks", "autograder.results", "otter"):
            sys.modules[name] = Everything(name)
        sys.path.insert(0, ".")
        with open("json.py", "w") as file:
            file.write("print('ACHIEVED: imported')")
        sys.meta_path.reverse()
        sys.path_importer_cache.clear()
        return torch.zeros_like(h)
