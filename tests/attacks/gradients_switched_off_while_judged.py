"""Looks whether gradients are wanted: a number without any where they are not, another where they are."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::gru_cell_follows_* cells::gru_cell_learns_* cells::gru_cell_passes_*

import torch
from torch import nn


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.both = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        if torch.is_grad_enabled() or self.training:
            return h + 1e-9 * sum(weight.sum() for weight in self.parameters())
        return torch.tanh(self.both(torch.cat([x, h], 1)))
