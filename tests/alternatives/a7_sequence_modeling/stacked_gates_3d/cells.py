# Allowed: §2.1.1 gives equations; one tensor (gate, H, ·) holds the matrices of all gates
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.U = nn.Parameter(torch.randn(4, hidden_size, hidden_size) * 0.2)
        self.V = nn.Parameter(torch.randn(4, input_size, hidden_size) * 0.2)
        self.b = nn.Parameter(torch.zeros(4, 1, hidden_size))

    def forward(self, x, state):
        h, c = state
        g, o, i, f = torch.matmul(h, self.U) + torch.matmul(x, self.V) + self.b  # (gate, B, H)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.U = nn.Parameter(torch.randn(3, hidden_size, hidden_size) * 0.2)
        self.V = nn.Parameter(torch.randn(3, input_size, hidden_size) * 0.2)
        self.b = nn.Parameter(torch.zeros(3, hidden_size))

    def forward(self, x, h):
        z = torch.sigmoid(h @ self.U[0] + x @ self.V[0] + self.b[0])
        r = torch.sigmoid(h @ self.U[1] + x @ self.V[1] + self.b[1])
        n = torch.tanh((r * h) @ self.U[2] + x @ self.V[2] + self.b[2])
        return (1 - z) * h + z * n
