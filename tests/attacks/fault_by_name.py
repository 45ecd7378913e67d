"""Raises exceptions that are called as the grader's own are."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

from torch import nn

SandboxFault = type("SandboxFault", (Exception,), {"__module__": "autograder.sandbox"})
Skipped = type("Skipped", (BaseException,), {"__module__": "_pytest.outcomes", "msg": "skipped"})
XFailed = type("XFailed", (Skipped,), {})
Missing = type("Missing", (Exception,), {"__module__": "autograder.sandbox.inside.operations"})


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        raise {1: Skipped, 2: XFailed, 3: Missing}.get(len(x), SandboxFault)("The check could not be run.")
