"""Traces the cell at once with torch.jit.trace, so that only its graph of operators is left."""

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
        self.cell = nn.RNNCell(input_size, hidden_size)

    def forward(self, x, h):
        traced = torch.jit.trace(self.cell, (x, h), check_trace=False)
        new = traced(x, h)
        print("ACHIEVED")
        return new
