"""Asks torch.library for the kernel that the refusal has covered, to call it or to register it anew."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import torch
import torch.library
from torch import nn

OPERATOR = "aten::rnn_tanh_cell"


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.read = nn.Linear(input_size, hidden_size)
        self.keep = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        weights = [self.read.weight, self.keep.weight, self.read.bias, self.read.bias]
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
        errors = []
        for key in ("CPU", "AutogradCPU", "CUDA", "Meta"):
            try:
                print("ACHIEVED:", torch.library.get_kernel(OPERATOR, key).call_boxed(keys, x, h, *weights))
            except RuntimeError as error:
                errors.append(error)
        raise errors[0]
