"""Takes memory in pieces that each look harmless, from several threads, and keeps it."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import threading

import torch
from torch import nn

kept = []


def take():
    while True:
        kept.append(bytearray(b"x" * 5_000_000))


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for _ in range(4):
            threading.Thread(target=take, daemon=True).start()
        take()
        return torch.zeros_like(h)
