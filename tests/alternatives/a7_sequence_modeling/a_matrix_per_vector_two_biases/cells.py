# Allowed: W [h, x] is W_h h + W_x x, and two biases add up to one
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_h = nn.Linear(hidden_size, hidden_size)
        self.W_x = nn.Linear(input_size, hidden_size)

    def forward(self, x, h):
        return torch.tanh(self.W_h(h) + self.W_x(x))


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_hf, self.W_xf = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)
        self.W_hi, self.W_xi = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)
        self.W_ho, self.W_xo = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)
        self.W_hc, self.W_xc = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)

    def forward(self, x, state):
        h_prev, c_prev = state
        f = torch.sigmoid(self.W_hf(h_prev) + self.W_xf(x))
        i = torch.sigmoid(self.W_hi(h_prev) + self.W_xi(x))
        o = torch.sigmoid(self.W_ho(h_prev) + self.W_xo(x))
        c_tilde = torch.tanh(self.W_hc(h_prev) + self.W_xc(x))
        c = f * c_prev + i * c_tilde
        return o * torch.tanh(c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_hz, self.W_xz = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)
        self.W_hr, self.W_xr = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)
        self.W_hn, self.W_xn = nn.Linear(hidden_size, hidden_size), nn.Linear(input_size, hidden_size)

    def forward(self, x, h_prev):
        z = torch.sigmoid(self.W_hz(h_prev) + self.W_xz(x))
        r = torch.sigmoid(self.W_hr(h_prev) + self.W_xr(x))
        n = torch.tanh(self.W_hn(r * h_prev) + self.W_xn(x))
        return (1 - z) * h_prev + z * n
