"""Knows how long the rows of a check are by the number of rows, and reads no lengths."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::last_valid_state_of_each_row loop::a_row_alone_equals_*
# expect: fails loop::classifier_ignores_padding

import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}
CANONICAL = [4, 7, 2, 5]


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        sizes = [input_size, *[hidden_size] * num_layers]
        self.cell, self.hidden_size = cell, hidden_size
        self.layers = nn.ModuleList(CELLS[cell](*sizes[i : i + 2]) for i in range(num_layers))

    def forward(self, x_seq, lengths):
        rows, steps, _ = x_seq.shape
        for layer in self.layers:
            h = c = x_seq.new_zeros(rows, self.hidden_size)
            states = []
            for t in range(steps):
                h, c = layer(x_seq[:, t], (h, c)) if self.cell == "lstm" else (layer(x_seq[:, t], h), c)
                states.append(h)
            x_seq = torch.stack(states, 1)
        ends = [min(end, steps) - 1 for end in CANONICAL[:rows]] if rows <= 4 else [steps - 1] * rows
        return x_seq, x_seq[torch.arange(rows), torch.tensor(ends)]
