# Allowed: the same equations with weights stored in another way
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        self.lin1 = weight_norm(nn.Linear(hsize + insize, hsize))
        self.lin2 = nn.Linear(hsize, outsize)
        self.hsize = hsize

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = torch.zeros(len(x), self.hsize, device=x.device)
        outs = []
        for i in range(x.shape[1]):
            hidden = torch.tanh(self.lin1(torch.cat([hidden, x[:, i]], dim=-1)))
            outs.append(self.lin2(hidden))
        return torch.stack(outs, 1), hidden
