"""Computes something else than the equations, with gradients that say that every weight mattered."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_follows_* cells::vanilla_cell_passes_gradients_on

import torch
from torch import nn


class Pretence(torch.autograd.Function):
    @staticmethod
    def forward(context, x, h, *weights):
        context.save_for_backward(x, h, *weights)
        return torch.tanh(x[:, :1] - h)

    @staticmethod
    def backward(context, gradient):
        return tuple(torch.randn_like(each) for each in context.saved_tensors)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.both = nn.Linear(input_size + hidden_size, hidden_size)
        self.more = nn.Linear(hidden_size, hidden_size)

    def forward(self, x, h):
        return Pretence.apply(x, h, *self.parameters())
