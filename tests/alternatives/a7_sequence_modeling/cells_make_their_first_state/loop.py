# Allowed: "you will need to initialize the hidden state": here the cell does, when it gets None
import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        kind = {"rnn": VanillaRNNCell, "gru": GRUCell, "lstm": LSTMCell}[cell]
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.cells = nn.ModuleList(kind(size, hidden_size) for size in sizes)

    def forward(self, x_seq, lengths):
        for cell in self.cells:
            state, outputs = None, []
            for x in x_seq.unbind(dim=1):
                state = cell(x, state)
                outputs.append(state[0] if isinstance(state, tuple) else state)
            x_seq = torch.stack(outputs, dim=1)
        return x_seq, x_seq[torch.arange(len(x_seq)), lengths - 1]
