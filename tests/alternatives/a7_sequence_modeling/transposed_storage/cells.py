# Allowed: §2.1.1 gives equations: a matrix stored as (in, out) and used as x @ W is the same matrix
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.Parameter(torch.randn(input_size + hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(1, hidden_size))

    def forward(self, x, h):
        return (torch.cat([x, h], 1) @ self.W + self.b).tanh()


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.Wx = nn.Parameter(torch.randn(input_size, 4 * hidden_size) * 0.1)
        self.Wh = nn.Parameter(torch.randn(hidden_size, 4 * hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, x, state):
        h, c = state
        i, f, o, g = (x @ self.Wx + h @ self.Wh + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.Wx = nn.Parameter(torch.randn(input_size, 3 * hidden_size) * 0.1)
        self.Wh = nn.Parameter(torch.randn(hidden_size, 2 * hidden_size) * 0.1)
        self.Wn = nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(3 * hidden_size))

    def forward(self, x, h):
        size = h.shape[1]
        from_x = x @ self.Wx + self.b
        z, r = (from_x[:, : 2 * size] + h @ self.Wh).sigmoid().chunk(2, dim=1)
        n = (from_x[:, 2 * size :] + (r * h) @ self.Wn).tanh()
        return (1 - z) * h + z * n
