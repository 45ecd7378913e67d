"""Returns a tensor that lies over an address of its choice, and one that reaches beyond its own memory."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import ctypes

import numpy as np
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        place = (ctypes.c_float * 8).from_address(8)
        return torch.from_numpy(np.frombuffer(place, np.float32).reshape(2, 4))
