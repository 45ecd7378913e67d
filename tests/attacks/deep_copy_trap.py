"""Ends the process, or worse, when its module is copied, compared, printed or hashed."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: blocked

import os

import torch
from torch import nn


def trap(self, *args, **kwargs):
    os._exit(0)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name in ("__deepcopy__", "__eq__", "__repr__", "__reduce_ex__", "__len__", "__iter__"):
            setattr(type(self), name, trap)
        return torch.zeros_like(h)
