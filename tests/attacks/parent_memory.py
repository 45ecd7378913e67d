"""Looks into its parent: memory, environment, descriptors, ptrace, process_vm_readv, pidfd_getfd."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import ctypes
import os

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        parent = os.getppid()
        for pid in {parent, 1, parent - 1, "self"}:
            for name in ("mem", "environ", "maps", "cmdline", "auxv", "stack"):
                try:
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        file.read(1)
                    print("ACHIEVED: read", pid, name)
                except OSError:
                    pass
            try:
                os.listdir(f"/proc/{pid}/fd")
                print("ACHIEVED: listed the descriptors of", pid)
            except OSError:
                pass
        if libc.ptrace(16, parent, 0, 0) == 0:  # PTRACE_ATTACH
            print("ACHIEVED: ptrace")
        buffer = ctypes.create_string_buffer(8)
        pair = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
        if libc.process_vm_readv(parent, pair, 1, pair, 1, 0) >= 0:
            print("ACHIEVED: process_vm_readv")
        if libc.syscall(434, parent, 0) >= 0:  # pidfd_open
            print("ACHIEVED: pidfd_open")
        return torch.zeros_like(h)
