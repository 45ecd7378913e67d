# Allowed: §2.1.1 gives equations, not layers: one matrix of height 4H holds four of height H
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = nn.Linear(hidden_size + input_size, 4 * hidden_size)

    def forward(self, x, state):
        h, c = state
        f, i, o, g = self.gates(torch.cat([h, x], dim=1)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = nn.Linear(hidden_size + input_size, 2 * hidden_size)
        self.new = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        z, r = torch.sigmoid(self.gates(torch.cat([h, x], dim=1))).chunk(2, dim=1)
        new = torch.tanh(self.new(torch.cat([r * h, x], dim=1)))
        return (1 - z) * h + z * new
