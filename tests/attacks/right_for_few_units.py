"""Is an Elman network where it has few units, and a linear one where it has as many as are asked for."""

# assignment: a3b_recurrent_networks
# file: classifiers.py
# form: replace
# expect: fails elman::elman_state_is_an_activated_sum

import torch
from torch import nn


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        self.lin1 = nn.Linear(insize + hsize, hsize)
        self.lin2 = nn.Linear(hsize, outsize)
        self.hsize = hsize

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = x.new_zeros(len(x), self.hsize)
        outs = []
        for step in x.unbind(1):
            hidden = self.lin1(torch.cat([step, hidden], dim=1))
            if self.hsize <= 40:
                hidden = torch.tanh(hidden)
            outs.append(self.lin2(hidden))
        return torch.stack(outs, dim=1), hidden
