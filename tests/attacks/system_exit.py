"""Raises SystemExit(0) in forward, past every `except Exception`."""

# form: replace
# expect: raised

import sys

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        sys.exit(0)
