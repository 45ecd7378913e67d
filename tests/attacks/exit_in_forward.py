"""Ends the process with status 0 in the middle of a check."""

# form: replace
# expect: stopped

import os

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        os._exit(0)
