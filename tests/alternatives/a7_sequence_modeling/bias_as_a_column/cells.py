# Allowed: W [h, x] + b is [W b] [h, x, 1]
import torch
from torch import nn


def with_one(*vectors):
    return torch.cat([*vectors, torch.ones_like(vectors[0][:, :1])], dim=1)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.Linear(hidden_size + input_size + 1, hidden_size, bias=False)

    def forward(self, x, h):
        return torch.tanh(self.W(with_one(h, x)))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.Linear(hidden_size + input_size + 1, 4 * hidden_size, bias=False)

    def forward(self, x, state):
        h, c = state
        f, i, o, g = self.W(with_one(h, x)).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
