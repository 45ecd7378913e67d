"""Has other weights under other names at every look, more of them each time."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*

import torch
from torch import nn


class Growing(dict):
    def items(self):
        count = self["count"] = dict.get(self, "count", 0) + 1
        return [(f"weight{count}", nn.Parameter(torch.zeros(4, count)))]


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.__dict__["_parameters"] = Growing()

    def forward(self, x, h):
        return torch.tanh(x[:, :1] + h)
