# Allowed: §2.1.1 gives equations; einsum is one way to write a matrix times a vector
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_h = nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.2)
        self.W_x = nn.Parameter(torch.randn(hidden_size, input_size) * 0.2)
        self.b = nn.Parameter(torch.randn(hidden_size) * 0.2)

    def forward(self, x, h):
        return torch.tanh(
            torch.einsum("ij,bj->bi", self.W_h, h) + torch.einsum("ij,bj->bi", self.W_x, x) + self.b
        )


class LSTMCell(nn.Module):
    """The four gates in one parameter of three axes: (gate, H, H + D)."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.Parameter(torch.randn(4, hidden_size, hidden_size + input_size) * 0.2)
        self.b = nn.Parameter(torch.zeros(4, hidden_size))

    def forward(self, x, state):
        h, c = state
        a = torch.einsum("ghk,bk->gbh", self.W, torch.cat([h, x], dim=1)) + self.b[:, None]
        f, i, o = torch.sigmoid(a[:3])
        c = f * c + i * torch.tanh(a[3])
        return o * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = nn.Parameter(torch.randn(2, hidden_size, hidden_size + input_size) * 0.2)
        self.gate_bias = nn.Parameter(torch.zeros(2, hidden_size))
        self.W = nn.Parameter(torch.randn(hidden_size, hidden_size + input_size) * 0.2)

    def forward(self, x, h):
        a = torch.einsum("ghk,bk->bgh", self.gates, torch.cat([h, x], dim=1)) + self.gate_bias
        z, r = torch.sigmoid(a).unbind(dim=1)
        n = torch.tanh(torch.einsum("hk,bk->bh", self.W, torch.cat([r * h, x], dim=1)))
        return (1 - z) * h + z * n
