"""Runs other programs: os.system, subprocess, fork, exec, posix_spawn, a program in anonymous memory."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import ctypes
import os
import subprocess
import sys

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)


def attempts():
    yield "os.system", lambda: os.system("true") == 0 or None
    yield "subprocess", lambda: subprocess.run(["/bin/true"])
    yield "posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {})
    yield "fork", lambda: os.fork() or os._exit(0)
    yield "execv", lambda: os.execv(sys.executable, ["python", "-c", "print('ACHIEVED: exec')"])
    yield "memfd", lambda: os.memfd_create("program")
    yield "clone3", lambda: libc.syscall(435, ctypes.create_string_buffer(64), 64) >= 0 or None
    yield "unshare", lambda: libc.unshare(0x10000000) == 0 or None


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name, attempt in attempts():
            try:
                if attempt() is not None:
                    print("ACHIEVED:", name)
            except OSError:
                pass
        return torch.zeros_like(h)
