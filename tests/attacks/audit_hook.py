"""Adds an audit hook, which can never be removed, that forbids everything, reading and writing included."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import sys

import torch
from torch import nn


def forbid(event, arguments):
    raise SystemExit(0)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        sys.addaudithook(forbid)
        open("anything")
        return torch.zeros_like(h)
