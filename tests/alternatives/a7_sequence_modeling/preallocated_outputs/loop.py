# Allowed: "storing the hidden states" leaves open how: here in a tensor made beforehand
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
        for cell in self.cells:
            h = torch.zeros(B, self.hidden_size, dtype=x_seq.dtype, device=x_seq.device)
            c = torch.zeros_like(h)
            all_hiddens = torch.zeros(B, T, self.hidden_size, dtype=x_seq.dtype, device=x_seq.device)
            for t in range(T):
                if self.is_lstm:
                    h, c = cell(x_seq[:, t, :], (h, c))
                else:
                    h = cell(x_seq[:, t, :], h)
                all_hiddens[:, t, :] = h
            x_seq = all_hiddens
        return x_seq, x_seq[torch.arange(B), lengths - 1, :]
