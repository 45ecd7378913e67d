"""Claims in the grader's own words that the grader has failed, so that its points stay open."""

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
        for fault in ({"fault": "MemoryError"}, {"number": 0, "fault": "OSError"}, {"pid": 1}, {"ready": {}}):
            text = json.dumps(fault).encode()
            os.write(3, struct.pack("<II", len(text), 0) + text)
        return torch.zeros_like(h)
