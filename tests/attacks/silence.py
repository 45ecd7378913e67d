"""Stops answering by closing nothing: it reads the grader's next questions itself and drops them."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import os

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        while True:
            os.read(3, 1 << 16)
        return torch.zeros_like(h)
