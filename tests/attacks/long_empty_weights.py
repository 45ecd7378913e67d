"""Holds thousands of parameters without a number, each with the longest axis that may cross."""

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
        self.bombs = nn.ParameterList([*(torch.empty(0, 1_000_000) for _ in range(3000))])

    def forward(self, x, h):
        return torch.zeros_like(h)
