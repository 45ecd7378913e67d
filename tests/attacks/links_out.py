"""Links files of others into its folder, so that a clean-up changes or removes the wrong thing."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import os

import torch
from torch import nn

TARGETS = ("/etc/passwd", "/etc", "..", "../..", torch.__file__, "/proc/self/root", "/dev/fd/3")


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for number, target in enumerate(TARGETS):
            for link in (os.symlink, os.link):
                try:
                    link(target, f"link{number}")
                    print("ACHIEVED: a link to", target)
                except OSError:
                    pass
        try:
            os.mkfifo("pipe")
            print("ACHIEVED: a pipe")
        except OSError:
            pass
        try:
            os.rename(os.getcwd(), "/tmp/autograder-attack")
            print("ACHIEVED: moved its folder")
        except OSError:
            pass
        return torch.zeros_like(h)
