# Allowed: "Fill in the missing parts": one linear layer over both, or one for each
import torch
from torch import nn


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        self.out = nn.Linear(hsize, outsize)
        self.rec = nn.Linear(hsize, hsize, bias=False)
        self.inp = nn.Linear(insize, hsize)
        self.h = hsize

    def forward(self, x, hidden=None):
        hidden = x.new_zeros(x.size(0), self.h) if hidden is None else hidden
        projected = self.inp(x)
        states = []
        for step in projected.unbind(dim=1):
            hidden = (step + self.rec(hidden)).clamp(min=0)
            states.append(hidden)
        return self.out(torch.stack(states, dim=1)), hidden
