"""A class whose metaclass answers for it: each object is made ready, and is an instance of everything."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*

import torch
from torch import nn


class Meta(type):
    def __call__(cls, *args, **kwargs):
        return Ready()

    def __instancecheck__(cls, thing):
        return True

    def __subclasscheck__(cls, kind):
        return True


class Ready:
    __class__ = nn.Module
    training = True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    def __call__(self, x, h):
        return torch.tanh(x[:, :1] + h)


nn.Module.__class__ = type(nn.Module)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
