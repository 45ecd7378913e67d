# Allowed: dropout acts while training only; in eval mode the equations are the same
import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn_cell = nn.RNNCell(emb_dim, hidden_dim)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        h, states = h0, []
        for word in self.drop(self.emb(x)).transpose(0, 1):
            h = self.rnn_cell(word, h)
            states.append(self.drop(h))
        return self.fc(torch.stack(states, dim=1)), h


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        out, state = self.lstm(self.drop(self.emb(x)), state)
        return self.fc(self.drop(out)), state
