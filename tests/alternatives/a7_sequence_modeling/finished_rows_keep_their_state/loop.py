# Allowed: steps of padding are useless by the text of §2.1.2: a row that has ended keeps its state
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
        lengths = lengths.to(x_seq.device)
        for cell in self.cells:
            h = x_seq.new_zeros(B, self.hidden_size)
            c = x_seq.new_zeros(B, self.hidden_size)
            hiddens = []
            for t in range(T):
                goes_on = (t < lengths).unsqueeze(1)
                if self.is_lstm:
                    h_new, c_new = cell(x_seq[:, t], (h, c))
                    c = torch.where(goes_on, c_new, c)
                else:
                    h_new = cell(x_seq[:, t], h)
                h = torch.where(goes_on, h_new, h)
                hiddens.append(h)
            x_seq = torch.stack(hiddens, dim=1)
        return x_seq, x_seq[:, -1]
