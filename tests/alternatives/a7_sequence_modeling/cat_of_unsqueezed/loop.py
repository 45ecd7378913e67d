# Allowed: "storing the hidden states" leaves open how: here concatenated along a new axis
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
        batch = x_seq.size(0)
        for cell in self.cells:
            h = c = x_seq.new_zeros((batch, self.hidden_size))
            hiddens = []
            for t in range(x_seq.size(1)):
                if self.is_lstm:
                    h, c = cell(x_seq[:, t], (h, c))
                else:
                    h = cell(x_seq[:, t], h)
                hiddens.append(h.unsqueeze(1))
            x_seq = torch.cat(hiddens, dim=1)
        return x_seq, x_seq[range(batch), lengths - 1]
