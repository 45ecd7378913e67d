"""Answers with tensors that lie about their shape and size, to upset the parser."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import json
import os
import struct

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        header = {"0": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 2**62]}}
        blob = json.dumps(header).encode()
        blob = struct.pack("<Q", len(blob)) + blob + b"abc"
        for number in range(8):
            text = json.dumps({"number": number, "value": {"array": 0}}).encode()
            os.write(3, struct.pack("<II", len(text), len(blob)) + text + blob)
        while True:
            pass
