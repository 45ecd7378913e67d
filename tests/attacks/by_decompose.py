"""Calls the operator's overload past its entrance: decompose, redispatch, a boxed call, a chosen key."""

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
        self.read = nn.Linear(input_size, hidden_size)
        self.keep = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        weights = [self.read.weight, self.keep.weight, self.read.bias, self.read.bias]
        operator = torch.ops.aten.rnn_tanh_cell.default
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
        key = torch._C.DispatchKey.CompositeImplicitAutograd
        ways = (
            lambda: operator.decompose(x, h, *weights),
            lambda: operator.redispatch(keys, x, h, *weights),
            lambda: operator._op(x, h, *weights),
            lambda: operator._op_dk(key, x, h, *weights),
            lambda: operator._handle.redispatch_boxed(keys, x, h, *weights),
        )
        errors = []
        for way in ways:
            try:
                print("ACHIEVED:", way())
            except (RuntimeError, AttributeError, NotImplementedError) as error:
                errors.append(error)
        raise errors[0]
