# Allowed: the interface names no weights: which layer is called what is free
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_x = nn.Linear(hidden_size, hidden_size)  # called x, used for h
        self.W_h = nn.Linear(input_size, hidden_size, bias=False)

    def forward(self, x, h):
        return torch.tanh(self.W_h(x) + self.W_x(h))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forget = nn.Linear(hidden_size + input_size, hidden_size)
        self.input = nn.Linear(hidden_size + input_size, hidden_size)
        self.output = nn.Linear(hidden_size + input_size, hidden_size)
        self.memory = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, state):
        h, c = state
        hx = torch.cat([h, x], dim=1)
        f, i = torch.sigmoid(self.forget(hx)), torch.sigmoid(self.input(hx))
        c = i * c + f * torch.tanh(self.memory(hx))  # i and f have exchanged their names
        return torch.sigmoid(self.output(hx)) * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.reset = nn.Linear(hidden_size + input_size, hidden_size)
        self.update = nn.Linear(hidden_size + input_size, hidden_size)
        self.new = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        hx = torch.cat([h, x], dim=1)
        z, r = torch.sigmoid(self.reset(hx)), torch.sigmoid(self.update(hx))  # names exchanged
        return (1 - z) * h + z * torch.tanh(self.new(torch.cat([r * h, x], dim=1)))
