"""Whether gradients are the slopes of what a cell returns."""

import pytest

from autograder.checks import Draw, Mismatch, check_slopes

WITH_A_MEMORY = """
import torch
from torch import nn

class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.linear = nn.Linear(input_size, hidden_size)
        self.first = None

    def forward(self, x, h):
        if self.first is None or {forget}:
            self.first = torch.tanh(self.linear(x)) + h
        return self.first
"""


@pytest.mark.parametrize("forget", [True, False])
def test_what_is_the_same_at_every_call_passes_no_gradient_on(make_student, forget):
    draw = Draw(7)
    x, h = draw.normal(2, 3), draw.normal(2, 4)
    with make_student(cells=WITH_A_MEMORY.format(forget=forget)) as student:
        cell = student.new("GRUCell", 3, 4)
        cell(x, h)  # without gradients, as every answer that is not asked for them
        if forget:
            check_slopes(student, cell, (x, h), draw.normal(2, 4), draw, "GRUCell")
        else:
            with pytest.raises(Mismatch, match="No gradient comes back"):
                check_slopes(student, cell, (x, h), draw.normal(2, 4), draw, "GRUCell")


@pytest.mark.parametrize(
    ("line", "is_frozen"),
    [
        ("self.linear.weight.requires_grad_(False)", True),
        ("self.start = nn.Parameter(torch.zeros(1, 4), requires_grad=False)", False),
        ("self.register_buffer('start', torch.randn(1, 4))", False),
    ],
)
def test_a_weight_that_does_not_train_is_told_and_a_constant_is_not(make_student, line, is_frozen):
    draw = Draw(7)
    x, h = draw.normal(2, 3), draw.normal(2, 4)
    code = WITH_A_MEMORY.format(forget=True).replace("self.first = None", f"self.first = None; {line}")
    with make_student(cells=code) as student:
        cell = student.new("GRUCell", 3, 4)
        if not is_frozen:
            check_slopes(student, cell, (x, h), draw.normal(2, 4), draw, "GRUCell")
        else:
            with pytest.raises(Mismatch, match=r"Training does not change linear\.weight of GRUCell"):
                check_slopes(student, cell, (x, h), draw.normal(2, 4), draw, "GRUCell")
