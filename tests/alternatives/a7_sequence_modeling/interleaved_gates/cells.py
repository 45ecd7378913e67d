# Allowed: §2.1.1 gives equations, not a storage: the gates of one unit may lie side by side
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(input_size + hidden_size, hidden_size * 4)

    def forward(self, x, state):
        h, c = state
        a = self.gates(torch.cat([x, h], dim=1)).view(-1, self.hidden_size, 4)  # (B, H, gate)
        i, f, o = torch.sigmoid(a[..., :3]).unbind(dim=-1)
        c = f * c + i * torch.tanh(a[..., 3])
        return o * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(input_size + hidden_size, hidden_size * 2)
        self.candidate = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x, h):
        a = self.gates(torch.cat([x, h], dim=1)).view(-1, self.hidden_size, 2)
        z, r = torch.sigmoid(a).unbind(dim=-1)
        n = torch.tanh(self.candidate(torch.cat([x, r * h], dim=1)))
        return (1 - z) * h + z * n
