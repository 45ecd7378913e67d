"""Writes answers that say "passed" to every descriptor, with every number that the next question may have."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import json
import os
import struct

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for number in range(20):
            text = json.dumps({"number": number, "value": {"dict": {"ok": True, "score": 100}}}).encode()
            for descriptor in range(64):
                try:
                    os.write(descriptor, struct.pack("<II", len(text), 0) + text)
                except OSError:
                    pass
        return torch.zeros_like(h)
