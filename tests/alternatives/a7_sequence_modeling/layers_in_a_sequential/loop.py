# Allowed: the interface names no attributes: nn.Sequential of layers runs them in turn
import torch
from torch import nn

import cells


class Layer(nn.Module):
    def __init__(self, cell, input_size, hidden_size):
        super().__init__()
        self.size = hidden_size
        if cell == "rnn":
            self.cell = cells.VanillaRNNCell(input_size, hidden_size)
        elif cell == "gru":
            self.cell = cells.GRUCell(input_size, hidden_size)
        else:
            self.cell = cells.LSTMCell(input_size, hidden_size)
        self.kind = cell

    def forward(self, x_seq):
        h = x_seq.new_zeros(x_seq.shape[0], self.size)
        state = (h, h.clone()) if self.kind == "lstm" else h
        hiddens = []
        for t in range(x_seq.shape[1]):
            state = self.cell(x_seq[:, t], state)
            hiddens.append(state[0] if self.kind == "lstm" else state)
        return torch.stack(hiddens, 1)


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        sizes = [input_size] + [hidden_size] * num_layers
        self.stack = nn.Sequential(*(Layer(cell, a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)))

    def forward(self, x_seq, lengths):
        hiddens = self.stack(x_seq)
        return hiddens, hiddens[torch.arange(hiddens.shape[0]), lengths - 1]
