"""Answers in another kind of number each time: with an imaginary part, half, one bit, none."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*

import itertools

import torch
from torch import nn

KINDS = (torch.float64, torch.float16, torch.bfloat16, torch.complex64, torch.bool, torch.uint8, torch.int64)
turn = itertools.cycle(KINDS)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        kind = next(turn)
        new = torch.zeros(h.shape).to(kind)
        return new.to_sparse() if kind == torch.float64 else new
