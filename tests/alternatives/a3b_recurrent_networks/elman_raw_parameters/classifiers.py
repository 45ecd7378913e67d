# Allowed: equations and shapes are prescribed, not where the weights sit
import math

import torch
from torch import nn


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        k = 1 / math.sqrt(hsize)
        self.p = nn.ParameterDict(
            {
                "wh": nn.Parameter(torch.empty(hsize + insize, hsize).uniform_(-k, k)),
                "bh": nn.Parameter(torch.zeros(hsize)),
                "wo": nn.Parameter(torch.empty(hsize, outsize).uniform_(-k, k)),
                "bo": nn.Parameter(torch.zeros(outsize)),
            }
        )

    def forward(self, x, hidden=None):
        B, T, _ = x.shape
        if hidden is None:
            hidden = torch.zeros((B, self.p["bh"].numel()), dtype=x.dtype, device=x.device)
        out = torch.empty(B, T, self.p["bo"].numel(), dtype=x.dtype, device=x.device)
        ys = []
        for t in range(T):
            hidden = torch.tanh(
                torch.einsum("bk,kh->bh", torch.cat((hidden, x[:, t]), 1), self.p["wh"]) + self.p["bh"]
            )
            ys.append(torch.addmm(self.p["bo"], hidden, self.p["wo"]))
        for t, y in enumerate(ys):
            out[:, t] = y
        return out, hidden
