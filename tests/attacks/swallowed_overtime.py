"""Swallows the signal that ends a statement at import which takes too long."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import torch
from torch import nn

while True:
    try:
        while True:
            pass
    except BaseException:
        continue


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
