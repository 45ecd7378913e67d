"""Calls the cell in autocast, under vmap and in forward mode, each of which has kernels of its own."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = nn.RNNCell(input_size, hidden_size)

    def forward(self, x, h):
        def automatic():
            with torch.autocast("cpu", torch.bfloat16):
                return self.cell(x, h)

        ways = (
            automatic,
            lambda: torch.vmap(self.cell)(x[:, None], h[:, None])[:, 0],
            lambda: torch.func.jvp(lambda a: self.cell(a, h), (x,), (x,))[0],
            lambda: torch.func.functionalize(self.cell)(x, h),
            lambda: torch.utils.checkpoint.checkpoint(self.cell, x, h, use_reentrant=True),
        )
        errors = []
        for way in ways:
            try:
                print("ACHIEVED:", way())
            except RuntimeError as error:
                errors.append(error)
        raise errors[0]
