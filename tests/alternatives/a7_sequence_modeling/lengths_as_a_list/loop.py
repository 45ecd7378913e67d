# Allowed: "You can" use advanced indexing; a loop over the rows picks the same numbers
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

    def run(self, cell, x_seq):
        """One layer over all steps: (B, T, ·) -> (B, T, H)"""
        h = c = x_seq.new_zeros(x_seq.shape[0], self.hidden_size)
        hiddens = []
        for t in range(x_seq.shape[1]):
            h, c = cell(x_seq[:, t], (h, c)) if self.is_lstm else (cell(x_seq[:, t], h), None)
            hiddens.append(h)
        return torch.stack(hiddens).transpose(0, 1)

    def forward(self, x_seq, lengths):
        for cell in self.cells:
            x_seq = self.run(cell, x_seq)
        last_valid = [x_seq[row, length - 1] for row, length in enumerate(lengths.tolist())]
        return x_seq, torch.stack(last_valid)
