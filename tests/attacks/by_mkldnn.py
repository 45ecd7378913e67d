"""Tries every operator of every backend whose name says that it is fused, dynamic or of a library."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong
# refuse: true

import itertools

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.read = nn.Linear(input_size, hidden_size)
        self.keep = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        names = torch._C._dispatch_get_all_op_names()
        weights = (self.read.weight, self.keep.weight, self.read.bias, self.read.bias)
        for full in names:
            if not any(part in full for part in ("rnn", "lstm", "gru", "RNN")):
                continue
            space, _, rest = full.partition("::")
            name, _, overload = rest.partition(".")
            for count in itertools.islice((4, 2, 1), 3):
                try:
                    found = getattr(getattr(getattr(torch.ops, space), name), overload or "default")
                    found(x, h, *weights[:count])
                    print("ACHIEVED:", full)
                except (RuntimeError, AttributeError, TypeError, NotImplementedError):
                    pass
        return torch.zeros_like(h)
