"""Takes the refusal of recurrent layers back by collecting the handle that holds it."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong
# refuse: true

import gc

import torch
from torch import nn


def undo():
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Library", "_DispatchModule") and hasattr(thing, "_destroy"):
            thing._destroy()
    gc.collect()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        try:
            undo()
            print("ACHIEVED:", nn.LSTMCell(x.shape[1], h.shape[1])(x)[0].shape)
        except Exception as error:
            print("refused:", error)
        return torch.zeros_like(h)
