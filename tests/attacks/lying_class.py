"""Returns an object whose __class__ says that it is a tensor, with methods that answer as one would."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import torch
from torch import nn


class Claims:
    __class__ = torch.Tensor
    dtype, layout, device, requires_grad = torch.float32, torch.strided, torch.device("cpu"), True
    is_meta = is_nested = is_quantized = is_sparse = False

    def __init__(self, like):
        self.like, self.shape, self.grad_fn = like, like.shape, None

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    def numpy(self):
        return self.like.numpy()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return Claims(0 * h)
