"""Raises an error whose text paints a green "passed" on a terminal and runs a script in a browser."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

from torch import nn


class Passed(Exception):
    def __str__(self):
        bidi = "\u202e\u2066"
        return (
            f"\x1b[2K\x1b[32m✓ all passed\x1b[0m{bidi}\x1b]0;passed\x07<script>alert(1)</script>\r\x00"
            + "x" * 10_000
        )


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        raise Passed
