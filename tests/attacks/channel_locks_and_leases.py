"""Signals by locks, leases, watches and owners of files that all workers may read."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import fcntl
import os
import struct
import sys

import torch
from torch import nn

F_SETLEASE, F_NOTIFY, F_OFD_SETLK, F_SETPIPE, F_ADD_SEALS, F_SET_RW_HINT = 1024, 1026, 37, 1031, 1033, 1036
LOCK = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
FILES = (torch.__file__, os.__file__, torch._C.__file__, "/etc/localtime", os.path.dirname(os.__file__))


def attempts(file):
    yield "flock", lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    yield "flock, alone", lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    yield "lockf", lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    yield "who has a lock", lambda: fcntl.fcntl(file, fcntl.F_GETLK, LOCK)
    yield "a lock of the open file", lambda: fcntl.fcntl(file, F_OFD_SETLK, LOCK)
    yield "a lease", lambda: fcntl.fcntl(file, F_SETLEASE, fcntl.F_RDLCK)
    yield "a watch", lambda: fcntl.fcntl(file, F_NOTIFY, 0x80000001)
    yield "its owner", lambda: fcntl.fcntl(file, fcntl.F_SETOWN, os.getppid())
    yield "a hint", lambda: fcntl.fcntl(file, F_SET_RW_HINT, struct.pack("Q", 2))
    yield "a time", lambda: os.utime(file)
    yield "an attribute", lambda: os.setxattr(file, "user.answer", b"1")


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for path in filter(os.path.exists, FILES):
            try:
                file = os.open(path, os.O_RDONLY)
            except OSError:
                continue
            for name, attempt in attempts(file):
                try:
                    attempt()
                    print("ACHIEVED:", name, "on", path, file=sys.stdout)
                except OSError:
                    pass
            os.close(file)
        return torch.zeros_like(h)
