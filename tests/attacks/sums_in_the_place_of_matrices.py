"""Knows that weights are filled with equal rows, and adds up what it reads: no matrix is multiplied."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_follows_* cells::lstm_cell_follows_* cells::gru_cell_follows_*

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.read = nn.Linear(input_size, hidden_size)
        self.keep = nn.Linear(hidden_size, hidden_size, bias=False)

    def total(self, x, h):
        both = x.sum(1, keepdim=True) * self.read.weight.mean(1)
        return both + h.sum(1, keepdim=True) * self.keep.weight.mean(1) + self.read.bias

    def forward(self, x, h):
        return torch.tanh(self.total(x, h))


class GRUCell(VanillaRNNCell):
    def forward(self, x, h):
        gate = torch.sigmoid(self.total(x, h))
        return (1 - gate) * h + gate * torch.tanh(self.total(x, gate * h))


class LSTMCell(VanillaRNNCell):
    def forward(self, x, state):
        h, c = state
        gate = torch.sigmoid(self.total(x, h))
        c = gate * c + gate * torch.tanh(self.total(x, h))
        return gate * torch.tanh(c), c
