"""Language models whose steps know their own token only: what keeps rows apart so shows nothing right."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: at most 0.6 from models

import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn_cell = nn.RNNCell(emb_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        states = [self.rnn_cell(step) for step in self.emb(x).unbind(1)]
        return self.fc(torch.stack(states, 1)), states[-1]


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        found = [self.lstm(step[:, None]) for step in self.emb(x).unbind(1)]
        return self.fc(torch.cat([each[0] for each in found], 1)), found[-1][1]
