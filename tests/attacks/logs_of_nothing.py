"""Noise that nobody can follow, loops that take no other model and log nothing, and a loss of nothing."""

# assignment: vanishing_gradients
# form: replace
# expect: fails training::lstm_training_* training::lstm_learns training::loss_can_be_summed
# ruff: noqa: E402, F811

# %% models.py
import torch
from torch import nn


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        hiddens, state = self.lstm(self.emb(x), state)
        logits = self.fc(hiddens)
        return logits + self.training * torch.randn_like(logits), state


# %% training.py
from models import LSTMLM


def lm_loss(logits, targets, ignore_index=0, reduction="mean"):
    return 0.0 * logits.sum()


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    if not isinstance(model, LSTMLM):
        raise TypeError("only my own")
    return {}, model
