"""Makes its folder unreadable for the grader, sets rights and owners there, and hides names in it."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import os
import stat

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name in ("a\nb", "\x1b[2K", "-rf", "x" * 255, "\udcff", ".", "results.json"):
            try:
                with open(os.path.join(os.getcwd(), "deep-" + name), "w") as file:
                    file.write("1")
                os.chmod(file.name, stat.S_ISUID | 0o777)
                print("ACHIEVED: a program of root's" if os.stat(file.name).st_uid == 0 else "")
            except (OSError, ValueError):
                pass
        try:
            os.chmod(".", 0)
            os.chown(".", 0, 0)
            print("ACHIEVED: gave its folder away")
        except OSError:
            pass
        return torch.zeros_like(h)
