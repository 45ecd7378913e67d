"""Leaves state behind for a later check: in /tmp, /dev/shm, shared memory and message queues."""

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
        for folder in (
            "/tmp",
            "/var/tmp",
            "/dev/shm",
            "/dev/mqueue",
            "/run",
            os.path.dirname(os.getcwd()),
            os.path.dirname(torch.__file__),
        ):
            for act in (
                lambda path: open(path, "w").close(),
                os.mkdir,
                os.mkfifo,
                lambda path: os.symlink("x", path),
            ):
                try:
                    act(os.path.join(folder, "autograder-attack"))
                    print("ACHIEVED: wrote to", folder)
                except OSError:
                    pass
        if os.listdir(".") or os.path.exists("left"):
            print("ACHIEVED: what another worker has left", os.listdir("."))
        open("left", "w").close()
        if libc.shmget(12345, 4096, 0o1666) >= 0:
            print("ACHIEVED: System V shared memory")
        if libc.msgget(12345, 0o1666) >= 0:
            print("ACHIEVED: a message queue")
        if libc.mq_open(b"/attack", 0o102, 0o666, None) >= 0:
            print("ACHIEVED: a POSIX message queue")
        if libc.shm_open(b"/autograder-attack", 0o102, 0o666) >= 0:
            print("ACHIEVED: POSIX shared memory")
        return torch.zeros_like(h)
