"""Recurses in native code, with no limit, until the stack is gone."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import sys
import threading

import torch
from torch import nn


def deeper(thing):
    return [thing, deeper([thing])]


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        sys.setrecursionlimit(2**31 - 1)
        threading.stack_size(1 << 26)
        thread = threading.Thread(target=deeper, args=(0,))
        thread.start()
        thread.join()
        deeper(0)
        return torch.zeros_like(h)
