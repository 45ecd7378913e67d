# Allowed: the interface prescribes names and shapes only: helpers, prints and a self-test may stand by
import math

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(42)
DEVICE = torch.device("cpu")
H, D = 4, 3
DEBUG = True


def plot_gate(values):
    plt.plot(values)
    plt.show()


def debug(*things):
    if DEBUG:
        print(*things)


class Base(nn.Module):
    """What the cells share."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.calls = 0

    def init_state(self, batch):
        return torch.zeros(batch, self.hidden_size)

    def extra_repr(self):
        return f"{self.input_size}, {self.hidden_size}"

    @property
    def scale(self):
        return 1 / math.sqrt(self.hidden_size)


class VanillaRNNCell(Base):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.i2h = nn.Linear(input_size, hidden_size)
        self.h2h = nn.Linear(hidden_size, hidden_size)

    def forward(self, x, h):
        self.calls += 1
        h_new = F.tanh(self.i2h(x) + self.h2h(h))
        debug("vanilla", x.shape, "->", h_new.shape)
        return h_new


if __name__ == "__main__":
    print(VanillaRNNCell(D, H)(torch.randn(2, D), torch.zeros(2, H)))
