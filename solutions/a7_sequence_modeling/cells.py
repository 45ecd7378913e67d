"""Recurrent cells, one time step each.

B is the batch size, D the input size, H the hidden size. A cell gets one time step of a whole batch
and returns the new state. Write every step yourself with `nn.Linear`, `torch.tanh` and
`torch.sigmoid`: the recurrent layers and cells of PyTorch are not allowed here.
"""

import torch
from torch import Tensor, nn


class VanillaRNNCell(nn.Module):
    """h_t = tanh(W_h h_{t-1} + W_x x_t + b_h)"""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        # TODO (unit cells): create what the equation needs: W_h, W_x and the bias b_h.
        # BEGIN SOLUTION
        self.from_hidden = nn.Linear(hidden_size, hidden_size, bias=False)  # W_h
        self.from_input = nn.Linear(input_size, hidden_size)  # W_x and b_h
        # END SOLUTION

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """x (B, D), h (B, H) -> the new h (B, H)"""
        # TODO (unit cells): compute h_t from the previous state and the input.
        # BEGIN SOLUTION
        return torch.tanh(self.from_hidden(h) + self.from_input(x))
        # END SOLUTION


class LSTMCell(nn.Module):
    """A cell state C that is changed only through gates; h' = [h_{t-1}, x_t] is the concatenation.

    f_t = σ(W_f h' + b_f)              what to keep of the old cell state
    i_t = σ(W_i h' + b_i)              what to let in of the candidate
    o_t = σ(W_o h' + b_o)              what to show of the new cell state
    C̃_t = tanh(W_c h' + b_c)           the candidate
    C_t = f_t ⊙ C_{t-1} + i_t ⊙ C̃_t
    h_t = o_t ⊙ tanh(C_t)
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        # TODO (unit cells): create the weights and biases of the three gates and of the candidate.
        # BEGIN SOLUTION
        self.forget_gate = nn.Linear(hidden_size + input_size, hidden_size)
        self.input_gate = nn.Linear(hidden_size + input_size, hidden_size)
        self.output_gate = nn.Linear(hidden_size + input_size, hidden_size)
        self.candidate = nn.Linear(hidden_size + input_size, hidden_size)
        # END SOLUTION

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """x (B, D), state = (h, c), each (B, H) -> the new (h, c)"""
        h, c = state
        # TODO (unit cells): compute C_t and h_t and return them as (h, c).
        # BEGIN SOLUTION
        h_and_x = torch.cat([h, x], dim=1)  # (B, H + D)
        f = torch.sigmoid(self.forget_gate(h_and_x))  # (B, H), as all that follow
        i = torch.sigmoid(self.input_gate(h_and_x))
        o = torch.sigmoid(self.output_gate(h_and_x))
        c_new = torch.tanh(self.candidate(h_and_x))
        c = f * c + i * c_new
        h = o * torch.tanh(c)
        return h, c
        # END SOLUTION


class GRUCell(nn.Module):
    """One state only, and two gates; [a, b] is the concatenation.

    z_t = σ(W_z [h_{t-1}, x_t] + b_z)           how much of the candidate to take over
    r_t = σ(W_r [h_{t-1}, x_t] + b_r)           what the candidate may see of the old state
    h̃_t = tanh(W [r_t ⊙ h_{t-1}, x_t])          the candidate; a bias here is up to you
    h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t

    PyTorch's own nn.GRU differs from these equations in two places. Follow the equations.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        # TODO (unit cells): create the weights and biases of the two gates and of the candidate.
        # BEGIN SOLUTION
        self.update_gate = nn.Linear(hidden_size + input_size, hidden_size)
        self.reset_gate = nn.Linear(hidden_size + input_size, hidden_size)
        self.candidate = nn.Linear(hidden_size + input_size, hidden_size)
        # END SOLUTION

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """x (B, D), h (B, H) -> the new h (B, H)"""
        # TODO (unit cells): compute the two gates, the candidate and the new state.
        # BEGIN SOLUTION
        h_and_x = torch.cat([h, x], dim=1)  # (B, H + D)
        z = torch.sigmoid(self.update_gate(h_and_x))  # (B, H), as all that follow
        r = torch.sigmoid(self.reset_gate(h_and_x))
        h_new = torch.tanh(self.candidate(torch.cat([r * h, x], dim=1)))
        return (1 - z) * h + z * h_new
        # END SOLUTION
