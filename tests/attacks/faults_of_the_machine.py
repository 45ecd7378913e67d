"""Raises in turn what a machine that fails would raise, hoping that nobody loses points for a machine."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

import errno

from torch import nn

FAULTS = (
    MemoryError("DefaultCPUAllocator: not enough memory"),
    OSError(errno.ENOSPC, "No space left on device"),
    RuntimeError("CUDA error: device-side assert triggered"),
    ConnectionResetError("the worker that was to run the student's code failed first"),
    TimeoutError("the grader took too long"),
)
calls = iter(FAULTS * 100)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        raise next(calls)
