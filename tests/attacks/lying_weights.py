"""Lies about its weights: overrides named_parameters, parameters, state_dict and load_state_dict."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def named_parameters(self, *args, **kwargs):
        yield "weight", nn.Parameter(torch.zeros(1 << 16, 1 << 16, device="meta"))

    def parameters(self, *args, **kwargs):
        return iter(())

    def state_dict(self, *args, **kwargs):
        return {"weight": "0" * 1000}

    def load_state_dict(self, *args, **kwargs):
        return "all keys matched"

    def forward(self, x, h):
        return torch.zeros_like(h)
