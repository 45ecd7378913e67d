"""Keeps its last state and goes on from there, so that pieces fit together without being handed on."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: fails models::rnn_hands_its_state_on models::rnn_follows_its_equation_for_any_weights

import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn_cell = nn.RNNCell(emb_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, vocab_size)
        self.kept = {}

    def forward(self, x, h0=None):
        h = self.kept.get(len(x), torch.zeros(len(x), self.rnn_cell.hidden_size))
        states = []
        for t in range(x.shape[1]):
            h = self.rnn_cell(self.emb(x[:, t]), h)
            states.append(h)
        self.kept[len(x)] = h.detach()
        return self.fc(torch.stack(states, 1)), h
