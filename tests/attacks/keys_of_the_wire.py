"""Returns dictionaries that look like what the worker itself writes for arrays, references and answers."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return {
            "array": 0,
            "value": {"array": 0},
            "number": 1,
            "handle": {"reference": 0},
            "tuple": [{"opaque": "Tensor"}, {"dict": {"float": "nan"}}],
            "__class__": "Tensor",
        }
        return torch.zeros_like(h)
