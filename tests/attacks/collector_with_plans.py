"""Hangs its acts on the collector: callbacks, resurrected objects, finalisers while the answer is written."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: blocked

import gc
import os
import weakref

import torch
from torch import nn

risen = []


class Phoenix:
    def __init__(self):
        self.itself = self

    def __del__(self):
        risen.append(self)
        os.write(3, b"\x05\x00\x00\x00\x00\x00\x00\x00[{}]}")


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        gc.callbacks.append(lambda phase, info: [Phoenix() for _ in range(3)])
        gc.set_threshold(1, 1, 1)
        weakref.finalize(x, os.write, 3, b"late")
        for _ in range(100):
            Phoenix()
        gc.freeze()
        return torch.zeros_like(h)
