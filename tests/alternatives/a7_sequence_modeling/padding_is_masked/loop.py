# Allowed: steps of padding are useless by the text of §2.1.2: their states are set to zero
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
        mask = (torch.arange(T)[None, :] < lengths[:, None]).to(x_seq).unsqueeze(-1)  # (B, T, 1)
        for cell in self.cells:
            h, c = x_seq.new_zeros(2, B, self.hidden_size)
            hiddens = []
            for t in range(T):
                if self.is_lstm:
                    h, c = cell(x_seq[:, t], (h, c))
                else:
                    h = cell(x_seq[:, t], h)
                hiddens.append(h)
            x_seq = torch.stack(hiddens, dim=1) * mask
        return x_seq, x_seq[torch.arange(B), lengths - 1]
