"""Answers every question twice, so that each answer is taken for that of the next question."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: failure

import os

import torch
from torch import nn

write = os.write


def twice(descriptor, data):
    write(descriptor, data)
    return write(descriptor, data)


def install():
    import gc
    from functools import partial

    for thing in gc.get_objects():
        if isinstance(thing, partial) and thing.func is write:
            thing.__setstate__((twice, thing.args, thing.keywords, {}))


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        install()
        return torch.zeros_like(h)
