"""Has native code write into the grader's channel, where Python is not asked: signals and tracebacks do."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: blocked

import faulthandler
import os
import signal
import time

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        os.set_blocking(3, False)
        signal.signal(signal.SIGALRM, lambda *args: None)
        signal.set_wakeup_fd(3, warn_on_full_buffer=False)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        faulthandler.dump_traceback_later(0.05, repeat=True, file=3)
        time.sleep(0.3)
        return torch.zeros_like(h)
