# Allowed: steps of padding are useless by the text of §2.1.2: the loop ends at max(lengths), the rest is zero
import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        kind = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}[cell]
        self.is_lstm, self.hidden_size = cell == "lstm", hidden_size
        self.cells = nn.ModuleList(
            kind(hidden_size if k else input_size, hidden_size) for k in range(num_layers)
        )

    def forward(self, x_seq, lengths):
        B, T, _ = x_seq.shape
        steps = int(lengths.max())
        for cell in self.cells:
            h = c = torch.zeros_like(x_seq[:, 0, :1]).repeat(1, self.hidden_size)
            hiddens = []
            for t in range(steps):
                if self.is_lstm:
                    h, c = cell(x_seq[:, t], (h, c))
                else:
                    h = cell(x_seq[:, t], h)
                hiddens.append(h)
            x_seq = torch.stack(hiddens, dim=1)
        last = x_seq[torch.arange(B), lengths - 1]
        rest = x_seq.new_zeros(B, T - steps, self.hidden_size)
        return torch.cat([x_seq, rest], dim=1), last
