"""Returns a value that is nested so deeply, or so large, that a reader might fall over."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        endless = []
        endless.append(endless)
        wide = [[0] * 1000] * 1000
        return [endless, wide, {"key" * 10_000: 10**5000}, "x" * 100_000_000]
