"""Watches every call in the process, with sys.monitoring where there is one, and forges what is returned."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised

import sys

import torch
from torch import nn


def forge(frame, event, argument):
    if event == "return" and "operations" in frame.f_code.co_filename:
        frame.f_locals["result"] = frame.f_locals["answer"] = {"value": True}
        raise RuntimeError("no answer is to leave the process but mine")
    return forge


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        monitoring = getattr(sys, "monitoring", None)
        if monitoring is not None:
            monitoring.use_tool_id(4, "attack")
            monitoring.register_callback(4, monitoring.events.PY_RETURN, lambda *args: monitoring.DISABLE)
            monitoring.set_events(4, monitoring.events.PY_RETURN)
        frame = sys._getframe()
        while frame is not None:
            frame.f_trace = forge
            frame = frame.f_back
        sys.settrace(forge)
        return torch.zeros_like(h)
