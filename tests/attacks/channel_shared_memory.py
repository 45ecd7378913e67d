"""Shares memory, semaphores and message queues with the worker of another grader."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import ctypes
import mmap
import os
from multiprocessing import shared_memory

import torch
from torch import nn

libc = ctypes.CDLL(None, use_errno=True)
KEY = 0x41475244
CALLS = {
    "shmget": (29, KEY, 4096, 0o1666),
    "shmget, to find": (29, KEY, 0, 0o666),
    "semget": (64, KEY, 1, 0o1666),
    "msgget": (68, KEY, 0o1666),
    "mq_open": (240, b"autograder-attack", os.O_CREAT | os.O_RDWR, 0o666, None),
    "memfd_create": (319, b"autograder-attack", 0),
    "memfd_secret": (447, 0),
    "process_vm_readv": (310, os.getppid(), None, 0, None, 0, 0),
    "pidfd_open": (434, os.getppid(), 0),
}


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name, call in CALLS.items():
            if libc.syscall(*call) >= 0:
                print("ACHIEVED:", name)
        for folder in ("/dev/shm", "/dev/mqueue", "/dev/hugepages", "/run/lock", "/var/tmp"):
            try:
                with open(folder + "/autograder-attack", "w+b") as file:
                    file.truncate(4096)
                    mmap.mmap(file.fileno(), 4096)
                    print("ACHIEVED: mapped a file of", folder)
            except OSError:
                pass
        try:
            shared_memory.SharedMemory("autograder-attack", create=True, size=4096)
            print("ACHIEVED: a shared block")
        except OSError:
            pass
        return torch.zeros_like(h)
