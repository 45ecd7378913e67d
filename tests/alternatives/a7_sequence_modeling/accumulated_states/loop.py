# Allowed: everything inside is free; itertools.accumulate folds a cell over the steps
import itertools

import torch
from cells import GRUCell, LSTMCell, VanillaRNNCell
from torch import nn

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.pair, self.hidden_size = cell == "lstm", hidden_size
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.layers = nn.ModuleList([CELLS[cell](size, hidden_size) for size in sizes])

    def forward(self, x_seq, lengths):
        zeros = x_seq.new_zeros(len(x_seq), self.hidden_size)
        start = (zeros, zeros) if self.pair else zeros
        for cell in self.layers:
            folded = itertools.accumulate(x_seq.unbind(1), lambda s, x, cell=cell: cell(x, s), initial=start)
            states = [state[0] if self.pair else state for state in itertools.islice(folded, 1, None)]
            x_seq = torch.stack(states, dim=1)
        at_the_end = (
            torch.arange(x_seq.shape[1], device=x_seq.device) == lengths.to(x_seq.device)[:, None] - 1
        )
        return x_seq, (x_seq * at_the_end[..., None]).sum(1)
