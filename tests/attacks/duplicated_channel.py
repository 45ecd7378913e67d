"""Moves its prints onto the grader's channel and the channel onto its prints."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import os

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        saved = os.dup(3)
        os.dup2(1, 3)
        os.dup2(saved, 1)
        os.dup2(saved, 2)
        print('{"number": 1, "value": true}' * 100, flush=True)
        return torch.zeros_like(h)
