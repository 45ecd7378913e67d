"""Carries the state for thirty steps, longer than a check that always reads as many would look."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::rnn_loop_applies_* loop::lstm_loop_carries_* loop::gru_loop_applies_*

import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.cell, self.hidden_size = cell, hidden_size
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.layers = nn.ModuleList(CELLS[cell](size, hidden_size) for size in sizes)

    def forward(self, x_seq, lengths):
        rows, steps, _ = x_seq.shape
        inputs = x_seq
        for cell in self.layers:
            hiddens = []
            for t in range(steps):
                if t % 30 == 0:
                    h = c = x_seq.new_zeros(rows, self.hidden_size)
                if self.cell == "lstm":
                    h, c = cell(inputs[:, t], (h, c))
                else:
                    h = cell(inputs[:, t], h)
                hiddens.append(h)
            inputs = torch.stack(hiddens, dim=1)
        return inputs, inputs[torch.arange(rows), lengths - 1]
