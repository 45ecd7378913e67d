"""Asks make_fx for the operators that a recurrent cell falls apart into, and runs those."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure
# refuse: true

import torch
from torch import nn
from torch.fx.experimental.proxy_tensor import make_fx


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = nn.RNNCell(input_size, hidden_size)

    def forward(self, x, h):
        with torch.no_grad():
            graph = make_fx(self.cell, decomposition_table=torch._decomp.decomposition_table)(x, h)
        new = graph(x, h)
        print("ACHIEVED")
        return new
