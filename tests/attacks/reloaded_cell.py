"""Has torch's quantisable LSTM cell loaded anew, so that it computes again, and inherits its step."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::lstm_cell_learns_* cells::lstm_cell_follows_*
# expect: passes cells::vanilla_cell_* cells::gru_cell_*

import importlib

import torch
from torch import nn

anew = None


def loaded_anew():
    global anew
    if anew is None:
        anew = importlib.reload(torch.ao.nn.quantizable.modules.rnn)
    return anew


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.cell = loaded_anew().LSTMCell(input_size, hidden_size)

    def forward(self, x, h, c):
        return self.cell(x, (h, c))
