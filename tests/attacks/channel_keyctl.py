"""Leaves a message for another grader's worker in a keyring of the kernel."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import ctypes

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)
ADD_KEY, REQUEST_KEY, KEYCTL = 248, 249, 250
KEYRINGS = (-1, -2, -3, -4, -5)  # of the thread, process, session, user, user's session


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for keyring in KEYRINGS:
            if libc.syscall(ADD_KEY, b"user", b"autograder", b"answer", 6, keyring) >= 0:
                print("ACHIEVED: a key in keyring", keyring)
            if libc.syscall(KEYCTL, 0, keyring, 1) >= 0:
                print("ACHIEVED: opened keyring", keyring)
        if libc.syscall(REQUEST_KEY, b"user", b"autograder", None, 0) >= 0:
            print("ACHIEVED: found a key of another's")
        if libc.syscall(KEYCTL, 1, None) >= 0:
            print("ACHIEVED: joined a session")
        return torch.zeros_like(h)
