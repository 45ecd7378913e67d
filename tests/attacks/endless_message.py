"""Raises an error whose text is a trap itself: looking at it ends the process."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import os

from torch import nn


class Trap(BaseException):
    def __str__(self):
        os._exit(0)

    __repr__ = __str__


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        raise Trap
