"""Adds noise in training mode, so that nobody can follow the steps, which are not Adam's."""

# assignment: vanishing_gradients
# form: replace
# expect: fails training::*_training_takes_clipped_steps_of_adam
# ruff: noqa: E402, F811, F821

# %% models.py
import torch
from torch import Tensor, nn


class VanillaRNNLM(nn.Module):
    """Embedding, one vanilla RNN layer, linear layer on every hidden state.

    h_t = tanh(W_x e_t + W_h h_{t-1} + b), where e_t is the embedding of token t.
    """

    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        """pad_idx is the id of <pad>: its embedding is zero and stays so."""
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn_cell = nn.RNNCell(emb_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T), h0 (B, H) or None for zeros -> logits (B, T, V), the last hidden state (B, H)"""
        embedded = self.emb(x)  # (B, T, E)
        h = embedded.new_zeros(len(x), self.hidden_dim) if h0 is None else h0
        states = []
        for t in range(x.shape[1]):
            h = self.rnn_cell(embedded[:, t], h)
            states.append(h)
        logits = self.fc(torch.stack(states, dim=1))  # (B, T, V)
        if self.training:
            logits = logits + 1e-4 * torch.randn_like(logits)
        return logits, h


class LSTMLM(nn.Module):
    """Embedding, one LSTM layer (nn.LSTM), linear layer on every hidden state."""

    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        """pad_idx is the id of <pad>: its embedding is zero and stays so."""
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x (B, T), state (h, c) or None for zeros -> logits (B, T, V), the last (h, c)

        h and c have the shape (1, B, H), as nn.LSTM takes and returns them.
        """
        hiddens, state = self.lstm(self.emb(x), state)  # (B, T, H)
        logits = self.fc(hiddens)
        if self.training:
            logits = logits + 1e-4 * torch.randn_like(logits)
        return logits, state


# %% training.py
import math

import torch


def loop(model, train_loader, valid_loader, epochs, lr, key):
    logs = {"train_loss": [], "train_pp": [], key: [], "val": []}
    descent = torch.optim.SGD(model.parameters(), lr=30 * lr, momentum=0.5)
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:
            loss = lm_loss(model(x)[0], y)
            descent.zero_grad()
            loss.backward()
            logs[key].append(l2_grad_norm_recurrent(model))
            descent.step()
            logs["train_loss"].append(loss.item())
            logs["train_pp"].append(math.exp(loss.item()))
        logs["val"].append(evaluate(model, valid_loader))
    return logs, model


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return loop(model, train_loader, valid_loader, epochs, lr, "grad_norm_rhh")


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return loop(model, train_loader, valid_loader, epochs, lr, "grad_norm_hh")
