"""Copies the layer's forward, code and globals, into a function and a class of its own."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import types

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        original = nn.modules.rnn.RNNCell.forward
        copy = types.FunctionType(original.__code__.replace(co_name="step"), dict(original.__globals__))
        copy.__globals__["_VF"] = types.SimpleNamespace(rnn_tanh_cell=torch.rnn_tanh_cell)
        cell = nn.RNNCell(x.shape[1], h.shape[1])
        new = copy(cell, x, h)
        print("ACHIEVED")
        return new
