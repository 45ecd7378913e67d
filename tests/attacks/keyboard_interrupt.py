"""Raises KeyboardInterrupt, as if the person at the grader had pressed Ctrl-C."""

# form: replace
# expect: raised

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        raise KeyboardInterrupt
