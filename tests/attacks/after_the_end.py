"""Waits until it is all over, then acts: atexit, __del__, a thread that outlives the answer."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import atexit
import os
import sys
import threading

import torch
from torch import nn


def act(*args):
    for path in ("results.json", "/tmp/autograder-attack", "/dev/shm/autograder-attack"):
        try:
            with open(path, "w") as file:
                file.write('{"score": 100}')
            os.write(1, b"ACHIEVED: wrote " + path.encode())
        except OSError:
            pass


class Late:
    def __del__(self):
        act()


late = Late()
atexit.register(act)
threading.Timer(0.2, act).start()
sys.setprofile(lambda *args: None)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
