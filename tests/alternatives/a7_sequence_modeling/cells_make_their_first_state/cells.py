# Allowed: "you will need to initialize the hidden state": here the cell does, when it gets None
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_h = nn.Linear(hidden_size, hidden_size)
        self.W_x = nn.Linear(input_size, hidden_size)

    def forward(self, x, h=None):
        if h is None:
            h = x.new_zeros(len(x), self.hidden_size)
        return torch.tanh(self.W_h(h) + self.W_x(x))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(hidden_size + input_size, 4 * hidden_size)

    def forward(self, x, state=None):
        h, c = state if state is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        f, i, o, g = self.gates(torch.cat([h, x], dim=1)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(hidden_size + input_size, 2 * hidden_size)
        self.new = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h=None):
        if h is None:
            h = x.new_full((len(x), self.hidden_size), 0.0)
        z, r = torch.sigmoid(self.gates(torch.cat([h, x], dim=1))).chunk(2, dim=1)
        return (1 - z) * h + z * torch.tanh(self.new(torch.cat([r * h, x], dim=1)))
