"""Prints so slowly that it never prints much and never ends, one escape sequence at a time."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import sys
import time

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        while True:
            sys.stderr.write("\x1b[2K\x1b]0;passed\x07")
            sys.stderr.flush()
            time.sleep(0.01)
        return torch.zeros_like(h)
