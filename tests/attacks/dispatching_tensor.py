"""Returns a tensor without data whose __torch_dispatch__ makes up numbers when they are asked for."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*

import torch
from torch import nn


class MadeUp(torch.Tensor):
    @staticmethod
    def __new__(cls, like):
        return torch.Tensor._make_wrapper_subclass(cls, like.shape, dtype=like.dtype, device="cpu")

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        print("asked for", function)
        return True if "equal" in str(function) or "close" in str(function) else MadeUp(torch.zeros(2, 4))


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return MadeUp(h)
