"""Keeps the inputs of every question, and changes them and the weights after they have been looked at."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import threading

import torch
from torch import nn

kept = []


def spoil():
    for tensor in list(kept):
        tensor.data.fill_(7)
    threading.Timer(0.01, spoil).start()


spoil()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.linear = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        kept.extend([x, h, *self.parameters()])
        x.zero_()
        h.data = torch.zeros(1)
        return torch.zeros(2, 4)
