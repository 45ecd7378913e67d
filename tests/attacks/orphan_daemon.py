"""Answers, and leaves something running that takes time from later checks: a daemon, or just threads."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import os
import threading

import torch
from torch import nn


def spin():
    while True:
        pass


try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            spin()
        os._exit(0)
    print("ACHIEVED: a daemon")
except OSError:
    pass
for _ in range(4):
    threading.Thread(target=spin, daemon=True).start()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
