"""Returns numbers of a file that is mapped, and makes the file shorter: reading them is a bus error."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

from pathlib import Path

import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        path = Path("numbers.bin")
        path.write_bytes(bytes(1 << 16))
        numbers = torch.from_file(str(path), shared=True, size=1 << 14)
        with path.open("r+b") as file:
            file.truncate(0)
        return numbers
