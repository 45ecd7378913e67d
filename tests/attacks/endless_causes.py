"""Raises an error that is its own cause, in a group of groups, with a traceback that never ends."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

import builtins

from torch import nn


def deeper(levels):
    if levels:
        return deeper(levels - 1)
    raise ValueError("deep down")


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        try:
            deeper(900)
        except ValueError as error:
            error.__cause__ = error.__context__ = error
            groups = [error]
            kind = getattr(builtins, "ExceptionGroup", None)  # from Python 3.11 on
            for level in range(2_000 if kind else 0):
                groups.append(kind(f"level {level}", [groups[-1], groups[-1]]))
            raise groups[-1] from groups[-1]
