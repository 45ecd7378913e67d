# Allowed: §2.1.1 gives equations; F.linear and addmm are what nn.Linear calls
import torch
from torch import nn
from torch.nn import functional as F


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.register_parameter("w_hidden", nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.3))
        self.register_parameter("w_input", nn.Parameter(torch.randn(hidden_size, input_size) * 0.3))
        self.register_parameter("bias", nn.Parameter(torch.zeros(hidden_size)))

    def forward(self, x, h):
        return torch.tanh(F.linear(h, self.w_hidden) + F.linear(x, self.w_input, self.bias))


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        size = input_size + hidden_size
        self.w_z, self.b_z = (
            nn.Parameter(torch.randn(size, hidden_size) * 0.3),
            nn.Parameter(torch.zeros(hidden_size)),
        )
        self.w_r, self.b_r = (
            nn.Parameter(torch.randn(size, hidden_size) * 0.3),
            nn.Parameter(torch.zeros(hidden_size)),
        )
        self.w_n, self.b_n = (
            nn.Parameter(torch.randn(size, hidden_size) * 0.3),
            nn.Parameter(torch.zeros(hidden_size)),
        )

    def forward(self, x, h):
        hx = torch.hstack([h, x])
        z = torch.sigmoid(torch.addmm(self.b_z, hx, self.w_z))
        r = torch.sigmoid(torch.addmm(self.b_r, hx, self.w_r))
        n = torch.tanh(torch.addmm(self.b_n, torch.hstack([r * h, x]), self.w_n))
        return torch.lerp(h, n, z)
