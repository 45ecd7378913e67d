# Allowed: the interface names no attributes: containers may nest
import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell


class Layer(nn.Module):
    def __init__(self, cell, hidden_size):
        super().__init__()
        self.cell, self.hidden_size = cell, hidden_size

    def forward(self, x_seq):
        h = c = x_seq.new_zeros(x_seq.shape[0], self.hidden_size)
        hiddens = []
        for x in x_seq.transpose(0, 1):
            if isinstance(self.cell, LSTMCell):
                h, c = self.cell(x, (h, c))
            else:
                h = self.cell(x, h)
            hiddens.append(h)
        return torch.stack(hiddens, dim=1)


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        kind = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}[cell]
        stack = nn.ModuleDict()
        for k in reversed(range(num_layers)):
            stack[str(k)] = Layer(kind(hidden_size if k else input_size, hidden_size), hidden_size)
        self.net = nn.ModuleDict({"stack": stack})

    def forward(self, x_seq, lengths):
        for k in range(len(self.net["stack"])):
            x_seq = self.net["stack"][str(k)](x_seq)
        return x_seq, x_seq[torch.arange(x_seq.shape[0]), lengths - 1]
