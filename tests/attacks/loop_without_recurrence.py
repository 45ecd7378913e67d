"""A loop that applies its cell to each step alone: it keeps what it does right with lengths, and no more."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::*_loop_applies_* loop::loop_never_looks_ahead loop::padding_changes_nothing
# expect: fails loop::*_build_on_each_other loop::a_row_alone_equals_the_row_in_its_batch
# expect: at most 13 from loop

import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.cell, self.hidden_size = cell, hidden_size
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.layers = nn.ModuleList([CELLS[cell](size, hidden_size) for size in sizes])

    def forward(self, x_seq, lengths):
        zeros = x_seq.new_zeros(len(x_seq), self.hidden_size)
        for cell in self.layers:
            if self.cell == "lstm":
                steps = [cell(x, (zeros, zeros))[0] for x in x_seq.unbind(1)]
            else:
                steps = [cell(x, zeros) for x in x_seq.unbind(1)]
            x_seq = torch.stack(steps, 1)
        return x_seq, x_seq[torch.arange(len(x_seq)), lengths - 1]
