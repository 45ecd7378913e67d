# Allowed: §2.1.1 gives equations, not an order of gates, and [x, h] is [h, x] with the columns renamed
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.both = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        return torch.tanh(self.both(torch.cat((x, h), dim=-1)))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.H = hidden_size
        self.all = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, state):
        h, c = state
        o, g, i, f = torch.split(self.all(torch.cat((x, h), dim=-1)), self.H, dim=-1)
        c = c * f.sigmoid() + g.tanh() * i.sigmoid()
        h = c.tanh() * o.sigmoid()
        return (h, c)


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.H = hidden_size
        self.from_x = nn.Linear(input_size, 3 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 2 * hidden_size, bias=False)
        self.from_rh = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        nx, rx, zx = self.from_x(x).split(self.H, dim=1)
        rh, zh = self.from_h(h).split(self.H, dim=1)
        r, z = torch.sigmoid(rx + rh), torch.sigmoid(zx + zh)
        n = torch.tanh(nx + self.from_rh(r * h))
        return h + z * (n - h)
