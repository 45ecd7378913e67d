"""Raises errors whose names and texts are no text: half characters, zeros, a megabyte, other directions."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

from torch import nn

TEXT = "\ud800\udfff\x00\x1b[1A\u202e" + "{" * 1_000_000
Strange = type("\ud800✓ passed\n", (Exception,), {"__qualname__": "x" * 10_000})


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        print("\ud800", "\x00" * 10, flush=False)
        raise Strange(TEXT)
