"""Holds parameters without a single number whose axes are longer than any memory."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.bombs = nn.ParameterList([torch.empty(0, 5 * 10**8), torch.empty(0, 10**13)])

    def forward(self, x, h):
        return torch.zeros_like(h)
