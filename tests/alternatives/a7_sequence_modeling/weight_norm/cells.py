# Allowed: no parametrisation is prescribed; the effective weights obey the equations
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden = weight_norm(nn.Linear(hidden_size, hidden_size, bias=False))
        self.input = weight_norm(nn.Linear(input_size, hidden_size))

    def forward(self, x, h):
        return torch.tanh(self.hidden(h) + self.input(x))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = weight_norm(nn.Linear(hidden_size + input_size, 4 * hidden_size))

    def forward(self, x, state):
        h, c = state
        f, i, o, g = self.gates(torch.cat([h, x], dim=1)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
