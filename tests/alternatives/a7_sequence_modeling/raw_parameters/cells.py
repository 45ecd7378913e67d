# Allowed: "using standard nn.Linear layers" is a matter of style: W @ x + b is the same step
import torch
from torch import nn


def matrix(rows, columns):
    return nn.Parameter(torch.randn(rows, columns) / columns**0.5)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_h, self.W_x = matrix(hidden_size, hidden_size), matrix(hidden_size, input_size)
        self.b_h = nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, h):
        return torch.tanh(h @ self.W_h.T + x @ self.W_x.T + self.b_h)


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        size = hidden_size + input_size
        self.W_f, self.b_f = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))
        self.W_i, self.b_i = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))
        self.W_o, self.b_o = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))
        self.W_c, self.b_c = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, state):
        h, c = state
        hx = torch.cat([h, x], dim=1).T  # (H + D, B)
        f = torch.sigmoid(self.W_f @ hx + self.b_f[:, None]).T
        i = torch.sigmoid(self.W_i @ hx + self.b_i[:, None]).T
        o = torch.sigmoid(self.W_o @ hx + self.b_o[:, None]).T
        c = f * c + i * torch.tanh(self.W_c @ hx + self.b_c[:, None]).T
        return o * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        size = hidden_size + input_size
        self.W_z, self.b_z = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))
        self.W_r, self.b_r = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))
        self.W, self.b = matrix(hidden_size, size), nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, h):
        hx = torch.cat([h, x], dim=1)
        z = torch.sigmoid(hx @ self.W_z.T + self.b_z)
        r = torch.sigmoid(hx @ self.W_r.T + self.b_r)
        new = torch.tanh(torch.cat([r * h, x], dim=1) @ self.W.T + self.b)
        return (1 - z) * h + z * new
