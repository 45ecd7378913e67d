# Allowed: the interface names no attributes: the layers may be made from the top and kept under any names
import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell


def make(cell, input_size, hidden_size):
    if cell.lower() == "rnn":
        return VanillaRNNCell(input_size, hidden_size)
    elif cell.lower() == "lstm":
        return LSTMCell(input_size, hidden_size)
    elif cell.lower() == "gru":
        return GRUCell(input_size, hidden_size)
    raise ValueError(f"unknown cell {cell}")


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.num_layers, self.hidden_size = num_layers, hidden_size
        for k in reversed(range(num_layers)):
            setattr(self, f"floor{k}", make(cell, input_size if k == 0 else hidden_size, hidden_size))

    def forward(self, x_seq, lengths):
        for k in range(self.num_layers):
            cell = getattr(self, f"floor{k}")
            h = c = x_seq.new_zeros(x_seq.shape[0], self.hidden_size)
            hiddens = []
            for t in range(x_seq.shape[1]):
                if isinstance(cell, LSTMCell):
                    h, c = cell(x_seq[:, t], (h, c))
                else:
                    h = cell(x_seq[:, t], h)
                hiddens.append(h)
            x_seq = torch.stack(hiddens, dim=1)
        return x_seq, x_seq[torch.arange(x_seq.shape[0]), lengths - 1]
