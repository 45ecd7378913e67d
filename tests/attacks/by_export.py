"""Exports the cell and runs its decompositions, in the hope that only linear layers and a tanh are left."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure
# refuse: true

import torch
import torch.export
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = nn.RNNCell(input_size, hidden_size)

    def forward(self, x, h):
        program = torch.export.export(self.cell, (x, h)).run_decompositions()
        new = program.module()(x, h)
        print("ACHIEVED")
        return new
