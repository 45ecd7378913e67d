"""Registers hooks that change the outputs of all modules and optimisers, the grader's own among them."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import torch
from torch import nn
from torch.nn.modules import module
from torch.optim import optimizer


def zeros(owner, inputs, output):
    return 0 * output if isinstance(output, torch.Tensor) else None


def stop(*args):
    raise RuntimeError("nobody takes a step here")


module.register_module_forward_hook(zeros, always_call=True)
module.register_module_forward_pre_hook(lambda owner, inputs: None)
module.register_module_parameter_registration_hook(lambda owner, name, weight: nn.Parameter(0 * weight))
optimizer.register_optimizer_step_pre_hook(stop)


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        return torch.zeros_like(h)
