# Allowed: §2.1.1 gives equations: one (4H, D) and one (4H, H) matrix with a bias each, as PyTorch stores them
import torch
from torch import nn
from torch.nn import functional as F


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        scale = hidden_size**-0.5
        self.weight_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-scale, scale))
        self.weight_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.bias_ih = nn.Parameter(torch.empty(4 * hidden_size).uniform_(-scale, scale))
        self.bias_hh = nn.Parameter(torch.empty(4 * hidden_size).uniform_(-scale, scale))

    def forward(self, x, state):
        h, c = state
        gates = F.linear(x, self.weight_ih, self.bias_ih) + F.linear(h, self.weight_hh, self.bias_hh)
        i, f, g, o = gates.chunk(4, 1)
        c = F.sigmoid(f) * c + F.sigmoid(i) * F.tanh(g)
        return F.sigmoid(o) * F.tanh(c), c
