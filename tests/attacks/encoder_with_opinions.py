"""Patches the encoders of answers, json and safetensors, to write "true" whatever they are given."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import json

import safetensors.numpy
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        def dumps(*args, **kwargs):
            return '{"number": 1, "value": true, "ok": true, "outcome": "pass", "points": 100}'

        json.dumps = json.JSONEncoder.encode = json.JSONEncoder.iterencode = dumps
        safetensors.numpy.save = lambda *args, **kwargs: dumps().encode()
        return torch.zeros_like(h)
