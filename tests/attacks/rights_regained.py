"""Tries to become root again by every call that changes users, groups, capabilities and namespaces."""

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
# setresuid, setresgid, setgroups, capset, unshare, setns, personality, clone into namespaces, keep-caps
CALLS = ((117, 0, 0, 0), (119, 0, 0, 0), (116, 0, None), (126, None, None), (272, 0x10000000), (308, 3, 0))


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for call in CALLS:
            if libc.syscall(*call) >= 0:
                print("ACHIEVED: call", call[0])
        for change in (os.setuid, os.setgid, os.seteuid, os.setegid, os.chroot, os.nice):
            try:
                change("/" if change is os.chroot else 0 if change is not os.nice else -5)
                print("ACHIEVED:", change.__name__)
            except OSError:
                pass
        if libc.prctl(22, 0, 0, 0, 0) == 0 or libc.prctl(8, 1, 0, 0, 0) == 0:
            print("ACHIEVED: prctl")
        return torch.zeros_like(h)
