"""Goes round Python: makes memory executable and asks the kernel directly for what is not allowed."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: blocked

import ctypes

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)
# x86_64: socket, fork, execve, ptrace, mount, chroot, setuid, open_by_handle_at, bpf, perf_event_open,
# keyctl, userfaultfd, io_uring_setup, memfd_create, inotify_init, unlink, rename, chmod, truncate
CALLS = (41, 57, 59, 101, 165, 161, 105, 304, 321, 298, 250, 323, 425, 319, 253, 87, 82, 90, 76)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for number in CALLS:
            if libc.syscall(number, 1, 1, 0, 0, 0, 0) >= 0:
                print("ACHIEVED: system call", number)
        if libc.prctl(4, 1, 0, 0, 0) == 0 or libc.prctl(1, 0, 0, 0, 0) == 0:
            print("ACHIEVED: prctl")
        if libc.syscall(0x40000000 + 41, 1, 1, 0) >= 0:
            print("ACHIEVED: a socket by the x32 numbers")
        return torch.zeros_like(h)
