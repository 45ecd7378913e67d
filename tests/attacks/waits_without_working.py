"""Sleeps where it takes no time of the processor, so that only a clock on the wall can tell."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import threading

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        lock = threading.Lock()
        lock.acquire()
        while True:
            lock.acquire(timeout=1000)
        return torch.zeros_like(h)
