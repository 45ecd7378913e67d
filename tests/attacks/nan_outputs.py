"""Returns NaN, since abs(nan - expected) > tolerance is false."""

# form: replace
# expect: wrong

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.full_like(h, float("nan"))
