# Allowed: the interface names classes and arguments; how a cell keeps its weights is free
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.ParameterDict()
        for gate in "fioc":
            self.W[f"{gate}_h"] = nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.2)
            self.W[f"{gate}_x"] = nn.Parameter(torch.randn(hidden_size, input_size) * 0.2)
            self.W[f"{gate}_b"] = nn.Parameter(torch.zeros(hidden_size))

    def linear(self, gate, h, x):
        return h @ self.W[f"{gate}_h"].T + x @ self.W[f"{gate}_x"].T + self.W[f"{gate}_b"]

    def forward(self, x, state):
        h, c = state
        f, i, o = (torch.sigmoid(self.linear(gate, h, x)) for gate in "fio")
        c = f * c + i * torch.tanh(self.linear("c", h, x))
        return o * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weights = nn.ParameterDict(
            {
                name: nn.Parameter(torch.randn(hidden_size, hidden_size + input_size) * 0.2)
                for name in ("z", "r", "n")
            }
        )
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(hidden_size)) for _ in range(3)])

    def forward(self, x, h):
        hx = torch.cat([h, x], dim=1)
        z = torch.sigmoid(hx @ self.weights["z"].T + self.biases[0])
        r = torch.sigmoid(hx @ self.weights["r"].T + self.biases[1])
        n = torch.tanh(torch.cat([r * h, x], dim=1) @ self.weights["n"].T + self.biases[2])
        return (1 - z) * h + z * n
