# Allowed: the same functions, written out: σ(a) = 1 / (1 + exp(-a)) and tanh(a) = 2 σ(2a) - 1
import torch
from torch import nn


def sigmoid(a):
    return 1 / (1 + torch.exp(-a))


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.a, self.b = nn.Linear(input_size, hidden_size), nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        return 2 * sigmoid(2 * (self.a(x) + self.b(h))) - 1


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.z = nn.Linear(hidden_size + input_size, hidden_size)
        self.r = nn.Linear(hidden_size + input_size, hidden_size)
        self.n = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        z, r = (sigmoid(layer(torch.cat([h, x], dim=1))) for layer in (self.z, self.r))
        return h - z * h + z * torch.tanh(self.n(torch.cat([r * h, x], dim=1)))
