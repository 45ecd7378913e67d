# Allowed: "loops over the sequence dimension": all layers may advance together, each with its own state
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
        hs = [x_seq.new_zeros(B, self.hidden_size) for _ in self.cells]
        cs = [x_seq.new_zeros(B, self.hidden_size) for _ in self.cells]
        hiddens, last_valid = [], x_seq.new_zeros(B, self.hidden_size)
        for t in range(T):
            step = x_seq[:, t]
            for k, cell in enumerate(self.cells):
                if self.is_lstm:
                    hs[k], cs[k] = cell(step, (hs[k], cs[k]))
                else:
                    hs[k] = cell(step, hs[k])
                step = hs[k]
            hiddens.append(step)
            last_valid = torch.where((lengths == t + 1).unsqueeze(1).to(x_seq.device), step, last_valid)
        return torch.stack(hiddens, dim=1), last_valid
