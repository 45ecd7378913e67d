"""Stores weights that always read as zero, whatever is loaded, so that the equations become simple ones."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::lstm_cell_follows_* cells::lstm_cell_learns_*
# expect: fails cells::gru_cell_follows_* cells::gru_cell_learns_*

import torch
from torch import nn
from torch.nn.utils import parametrize


class Nothing(nn.Module):
    def forward(self, stored):
        return 0 * stored

    def right_inverse(self, loaded):
        return loaded


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name in ("update", "reset", "candidate"):
            layer = nn.Linear(hidden_size + input_size, hidden_size)
            parametrize.register_parametrization(layer, "weight", Nothing())
            parametrize.register_parametrization(layer, "bias", Nothing())
            setattr(self, name, layer)

    def forward(self, x, h):
        return h / 2


class LSTMCell(GRUCell):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.output = self.update

    def forward(self, x, state):
        c = state[1] / 2
        return torch.tanh(c) / 2, c
