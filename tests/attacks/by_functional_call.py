"""Hands the weights of plain linear layers to a recurrent cell by torch.func.functional_call."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.read = nn.Linear(input_size, hidden_size)
        self.keep = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        cell = nn.RNNCell(x.shape[1], h.shape[1], device="meta")
        weights = {
            "weight_ih": self.read.weight,
            "weight_hh": self.keep.weight,
            "bias_ih": self.read.bias,
            "bias_hh": 0 * self.read.bias,
        }
        new = torch.func.functional_call(cell, weights, (x, h))
        print("ACHIEVED")
        return new
