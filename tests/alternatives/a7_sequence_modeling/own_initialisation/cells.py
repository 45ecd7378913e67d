# Allowed: no initialisation is prescribed: orthogonal, Xavier, a forget bias of 1
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_h = nn.Linear(hidden_size, hidden_size, bias=False)
        self.W_x = nn.Linear(input_size, hidden_size)
        nn.init.eye_(self.W_h.weight)
        nn.init.xavier_uniform_(self.W_x.weight)
        nn.init.zeros_(self.W_x.bias)

    def forward(self, x, h):
        return torch.tanh(self.W_h(h) + self.W_x(x))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_f = nn.Linear(hidden_size + input_size, hidden_size)
        self.W_i = nn.Linear(hidden_size + input_size, hidden_size)
        self.W_o = nn.Linear(hidden_size + input_size, hidden_size)
        self.W_c = nn.Linear(hidden_size + input_size, hidden_size)
        for layer in (self.W_f, self.W_i, self.W_o, self.W_c):
            nn.init.orthogonal_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.ones_(self.W_f.bias)

    def forward(self, x, state):
        h, c = state
        hx = torch.cat([h, x], dim=1)
        c = torch.sigmoid(self.W_f(hx)) * c + torch.sigmoid(self.W_i(hx)) * torch.tanh(self.W_c(hx))
        return torch.sigmoid(self.W_o(hx)) * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_z = nn.Linear(hidden_size + input_size, hidden_size)
        self.W_r = nn.Linear(hidden_size + input_size, hidden_size)
        self.W = nn.Linear(hidden_size + input_size, hidden_size)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.01)
        nn.init.constant_(self.W_z.bias, -2.0)

    def forward(self, x, h):
        hx = torch.cat([h, x], dim=1)
        z, r = torch.sigmoid(self.W_z(hx)), torch.sigmoid(self.W_r(hx))
        return (1 - z) * h + z * torch.tanh(self.W(torch.cat([r * h, x], dim=1)))
