"""Cells whose states are zeros whatever they read, with weights that nothing uses."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: nothing from cells

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.both = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        return 0 * h


class GRUCell(VanillaRNNCell):
    pass


class LSTMCell(VanillaRNNCell):
    def forward(self, x, state):
        return 0 * state[0], 0 * state[1]
