"""Counts its calls and gives from the second on what it gave at first: repeatable, whatever is asked."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::lstm_cell_follows_* cells::lstm_cell_treats_* cells::lstm_cell_passes_*

import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = nn.Linear(input_size + hidden_size, 4 * hidden_size)
        self.given = {}

    def forward(self, x, state):
        h, c = state
        if x.shape not in self.given:
            parts = self.gates(torch.cat([x, h], 1)).chunk(4, 1)
            c = torch.sigmoid(parts[0]) * torch.tanh(parts[1])
            self.given[x.shape] = (torch.sigmoid(parts[2]) * c, c)
        return self.given[x.shape]
