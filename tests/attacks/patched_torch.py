"""Replaces what a grader would compare, draw and differentiate with."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import builtins
import random
import time

import numpy as np
import torch
from torch import nn

builtins.all = lambda *args: True
builtins.abs = lambda *args: 0
np.allclose = torch.allclose = torch.equal = lambda *args, **kwargs: True
np.testing.assert_allclose = torch.testing.assert_close = lambda *args, **kwargs: None
torch.manual_seed = np.random.seed = random.seed = lambda *args: None
torch.autograd.grad = lambda outputs, inputs, **kwargs: tuple(torch.ones_like(i) for i in inputs)
torch.Tensor.backward = lambda self, *args, **kwargs: None
time.monotonic = time.time = time.perf_counter = lambda: 0.0


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
