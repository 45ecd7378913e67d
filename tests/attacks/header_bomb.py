"""Answers with a blob whose header alone, the names and shapes of its tensors, would fill the memory."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import os
import struct

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        header = b'{"0":{"dtype":"F32","shape":[' + b"[]," * 6_000_000 + b'0],"data_offsets":[0,0]}}'
        blob = struct.pack("<Q", len(header)) + header
        for number in range(8):
            text = b'{"number":%d,"value":{"array":0}}' % number
            data = struct.pack("<II", len(text), len(blob)) + text + blob
            while data:
                data = data[os.write(3, data[: 1 << 16]) :]
        while True:
            pass
