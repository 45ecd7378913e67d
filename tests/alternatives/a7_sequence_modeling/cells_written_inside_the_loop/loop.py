# Allowed: the interface asks DeepRNN for values: its steps may be written inside it
import torch
from torch import nn


class DeepRNN(nn.Module):
    """All layers in plain lists of linear maps; the steps are written here, not taken from cells.py."""

    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.cell, self.hidden_size = cell, hidden_size
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[cell]
        self.W = nn.ModuleList()
        self.U = nn.ModuleList()
        for k in range(num_layers):
            self.W.append(nn.Linear(hidden_size if k else input_size, gates * hidden_size))
            self.U.append(nn.Linear(hidden_size, gates * hidden_size, bias=False))

    def step(self, a, U, h, c):
        H = self.hidden_size
        if self.cell == "rnn":
            return torch.tanh(a + U(h)), c
        if self.cell == "lstm":
            f, i, o, g = (a + U(h)).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            return torch.sigmoid(o) * torch.tanh(c), c
        z, r = torch.sigmoid(a[:, : 2 * H] + U(h)[:, : 2 * H]).chunk(2, dim=1)
        n = torch.tanh(a[:, 2 * H :] + U(r * h)[:, 2 * H :])
        return (1 - z) * h + z * n, c

    def forward(self, x_seq, lengths):
        for W, U in zip(self.W, self.U, strict=True):
            inputs = W(x_seq)  # all time steps at once
            h = c = x_seq.new_zeros(x_seq.shape[0], self.hidden_size)
            hiddens = []
            for t in range(x_seq.shape[1]):
                h, c = self.step(inputs[:, t], U, h, c)
                hiddens.append(h)
            x_seq = torch.stack(hiddens, dim=1)
        return x_seq, x_seq[torch.arange(x_seq.shape[0]), lengths - 1]
