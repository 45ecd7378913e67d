"""Skips, passes and exits with the functions of the test runner itself, where one can be imported."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

import importlib
import unittest

from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for module in ("pytest", "_pytest.outcomes"):
            try:
                runner = importlib.import_module(module)
            except ImportError:
                continue
            runner.skip("not for me", allow_module_level=True)
        raise unittest.SkipTest("not for me")
