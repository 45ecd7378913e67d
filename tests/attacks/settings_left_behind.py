"""Changes all that torch lets a program change for its whole process, so that numbers go astray."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: blocked

import decimal
import locale
import sys

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        torch.set_default_dtype(torch.float16)
        torch.set_default_device("meta")
        torch.set_grad_enabled(False)
        torch.inference_mode(True).__enter__()
        torch.use_deterministic_algorithms(True)
        torch.set_flush_denormal(True)
        torch.autograd.set_multithreading_enabled(False)
        sys.setswitchinterval(1000)
        sys.setrecursionlimit(60)
        decimal.getcontext().prec = 1
        locale.setlocale(locale.LC_ALL, "C")
        return torch.zeros_like(h)
