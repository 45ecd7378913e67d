"""Copies the source of torch's own cell in Python and executes the copy under another name."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import inspect
import sys

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        module = sys.modules["torch.ao.nn.quantizable.modules.rnn"]
        text = inspect.getsource(module)
        names = {"__name__": "mine"}
        exec(compile(text, "mine.py", "exec"), names)
        new = names["LSTMCell"](x.shape[1], h.shape[1])(x, (h, h))[0]
        print("ACHIEVED")
        return new
