# Allowed: the interface prescribes positions and shapes, not what forward calls its arguments
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, in_dim, hid_dim):
        super(VanillaRNNCell, self).__init__()
        self.Wxh = nn.Linear(in_dim, hid_dim, bias=False)
        self.Whh = nn.Linear(hid_dim, hid_dim, bias=False)
        self.bh = nn.Parameter(torch.zeros(hid_dim))

    def forward(self, inp, hx):
        return torch.tanh(self.Wxh(inp) + self.Whh(hx) + self.bh)


class LSTMCell(nn.Module):
    def __init__(self, in_dim, hid_dim):
        super(LSTMCell, self).__init__()
        self.lin = nn.ModuleList(nn.Linear(in_dim + hid_dim, hid_dim) for _ in range(4))

    def forward(self, inp, hx):
        cat = torch.cat((hx[0], inp), 1)
        i, f, g, o = (lin(cat) for lin in self.lin)
        cy = torch.sigmoid(f) * hx[1] + torch.sigmoid(i) * torch.tanh(g)
        hy = torch.sigmoid(o) * torch.tanh(cy)
        return hy, cy
