# Allowed: the interface prescribes (input_size, hidden_size) and shapes; the rest of the inside is free
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn as nn


@dataclass
class Sizes:
    inputs: int
    hidden: int
    gates: tuple[str, ...] = field(default=("forget", "input", "output", "new"))

    @property
    def joint(self) -> int:
        return self.inputs + self.hidden


class State(NamedTuple):
    h: torch.Tensor
    c: torch.Tensor


class LSTMCell(nn.Module):
    sizes: Sizes

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.sizes = Sizes(input_size, hidden_size)
        for gate in self.sizes.gates:
            setattr(self, gate, nn.Linear(self.sizes.joint, self.sizes.hidden))

    def forward(self, x: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor]) -> State:
        old = State(*state)
        joint = torch.cat([old.h, x], dim=1)
        c = torch.sigmoid(self.forget(joint)) * old.c + torch.sigmoid(self.input(joint)) * torch.tanh(
            self.new(joint)
        )
        return State(torch.sigmoid(self.output(joint)) * torch.tanh(c), c)
