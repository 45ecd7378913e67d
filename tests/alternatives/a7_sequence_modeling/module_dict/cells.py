# Allowed: the interface names classes and arguments; the layers inside may have any names
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(input_size, hidden_size), nn.Linear(hidden_size, hidden_size)])

    def forward(self, x, h):
        return torch.tanh(sum(layer(v) for layer, v in zip(self.layers, (x, h), strict=True)))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        names = ("candidate", "output", "forget", "input")
        self.gates = nn.ModuleDict({name: nn.Linear(hidden_size + input_size, hidden_size) for name in names})

    def forward(self, x, state):
        h, c = state
        a = {name: layer(torch.cat([h, x], dim=1)) for name, layer in self.gates.items()}
        c = torch.sigmoid(a["forget"]) * c + torch.sigmoid(a["input"]) * torch.tanh(a["candidate"])
        return torch.sigmoid(a["output"]) * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.gates = nn.ModuleList([nn.Linear(hidden_size + input_size, hidden_size) for _ in range(3)])

    def forward(self, x, h):
        r = torch.sigmoid(self.gates[0](torch.cat([h, x], dim=1)))
        n = torch.tanh(self.gates[1](torch.cat([r * h, x], dim=1)))
        z = torch.sigmoid(self.gates[2](torch.cat([h, x], dim=1)))
        return (1 - z) * h + z * n
