"""Crashes the interpreter: reads address 0."""

# form: replace
# expect: stopped

import ctypes

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        ctypes.string_at(0)
