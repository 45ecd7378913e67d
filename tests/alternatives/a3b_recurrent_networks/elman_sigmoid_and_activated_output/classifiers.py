# Allowed: the activation of hidden state and output is left open ("...")
import torch
import torch.nn.functional as F
from torch import nn


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        self.lin1 = nn.Linear(insize + hsize, hsize)
        self.lin2 = nn.Linear(hsize, outsize)

    def forward(self, x, hidden=None):
        b, t, e = x.size()
        if hidden is None:
            hidden = torch.zeros(b, self.lin1.out_features, dtype=torch.float)
        outs = []
        for i in range(t):
            inp = torch.cat([x[:, i, :], hidden], dim=1)
            hidden = F.sigmoid(self.lin1(inp))
            out = F.sigmoid(self.lin2(hidden))
            outs.append(out[:, None, :])
        return torch.cat(outs, dim=1), hidden
