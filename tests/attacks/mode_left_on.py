"""Leaves a mode of torch's behind, in which every operation of the grader's would give zeros."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode


class Zeros(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        return made * 0 if isinstance(made, torch.Tensor) and made.is_floating_point() else made


class Dispatched(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return function(*args, **(kwargs or {}))


modes = [Zeros(), Dispatched()]
for mode in modes:
    mode.__enter__()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
