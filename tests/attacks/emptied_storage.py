"""Returns a tensor from under which the memory has been taken: whoever reads it reads another's."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        new = torch.zeros(len(h), 1 << 20)
        new.untyped_storage().resize_(0)
        return new
