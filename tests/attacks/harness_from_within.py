"""Replaces functions of the harness in the worker: each answer is what a success might look like."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import sys

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name, module in list(sys.modules.items()):
            if name.startswith("autograder."):
                for attribute, thing in list(vars(module).items()):
                    if callable(thing) and not isinstance(thing, type):
                        setattr(module, attribute, lambda *args, **kwargs: {"passed": True, "score": 100})
        return torch.zeros_like(h)
