# Allowed: nn.Tanh and .sigmoid() are the functions torch.tanh and torch.sigmoid
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.step = nn.Sequential(nn.Linear(input_size + hidden_size, hidden_size), nn.Tanh())

    def forward(self, x, h):
        return self.step(torch.cat([x, h], dim=1))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.act, self.gate_act = nn.Tanh(), nn.Sigmoid()
        self.fc1 = nn.Linear(input_size + hidden_size, hidden_size)
        self.fc2 = nn.Linear(input_size + hidden_size, hidden_size)
        self.fc3 = nn.Linear(input_size + hidden_size, hidden_size)
        self.fc4 = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, state):
        h, c = state
        z = torch.cat([x, h], dim=1)
        c = self.gate_act(self.fc2(z)) * c + self.gate_act(self.fc4(z)) * self.act(self.fc1(z))
        return self.gate_act(self.fc3(z)) * self.act(c), c


def gate(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.Sigmoid())


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.z = gate(input_size + hidden_size, hidden_size)
        self.r = gate(input_size + hidden_size, hidden_size)
        self.n = nn.Sequential(nn.Linear(input_size + hidden_size, hidden_size), nn.Tanh())

    def forward(self, x, h):
        z, r = self.z(torch.cat([x, h], dim=1)), self.r(torch.cat([x, h], dim=1))
        return (1 - z) * h + z * self.n(torch.cat([x, r * h], dim=1))
