"""Wakes whoever waits on the same page of a file that all workers have mapped: one bit at a time."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import ctypes
import mmap
import os

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)
FUTEX, WAKE, REQUEUE, WAKE_OP, WAKE_BITSET, WAITV = 202, 1, 3, 5, 10, 449


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        with open(os.__file__, "rb") as file:
            page = mmap.mmap(file.fileno(), mmap.PAGESIZE, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
        address = torch.frombuffer(page, dtype=torch.uint8).data_ptr()
        for call in (WAKE, REQUEUE, WAKE_OP, WAKE_BITSET):
            second = ctypes.c_void_p(address + 64)
            if libc.syscall(FUTEX, ctypes.c_void_p(address), call, 1, 0, second, 1) >= 0:
                print("ACHIEVED: a wake-up between processes,", call)
        if libc.syscall(WAITV, None, 0, 0, None, 0) >= 0:
            print("ACHIEVED: waits for several")
        return torch.zeros_like(h)
