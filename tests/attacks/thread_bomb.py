"""Starts threads without end, each of which runs for ever."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import threading

from torch import nn


def spin():
    while True:
        pass


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()

    def forward(self, x, h):
        while True:
            try:
                threading.Thread(target=spin, daemon=True).start()
            except RuntimeError:
                pass
