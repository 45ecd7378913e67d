# Allowed: §2.1.1 forbids recurrent layers, not the compiler: torch.jit.script of the same equations
import torch
from torch import Tensor, nn


@torch.jit.script
def lstm_step(gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    f, i, o, g = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


class LSTMCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.gates = nn.Linear(hidden_size + input_size, 4 * hidden_size)

    def forward(self, x, state):
        h, c = state
        return lstm_step(self.gates(torch.cat([h, x], dim=1)), c)


@torch.jit.script
def mix(z: Tensor, old: Tensor, new: Tensor) -> Tensor:
    return (1 - z) * old + z * new


class GRUCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.z = nn.Linear(hidden_size + input_size, hidden_size)
        self.r = nn.Linear(hidden_size + input_size, hidden_size)
        self.n = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        hx = torch.cat([h, x], dim=1)
        r = torch.sigmoid(self.r(hx))
        return mix(torch.sigmoid(self.z(hx)), h, torch.tanh(self.n(torch.cat([r * h, x], dim=1))))
