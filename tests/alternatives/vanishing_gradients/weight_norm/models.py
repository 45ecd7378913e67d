# Allowed: names, arguments and shapes must be as given; everything inside is free
"""Two language models: a vanilla RNN and an LSTM.

Both read a sequence of tokens and guess, after each, which one comes next. B is the batch size, T the
number of steps, E the width of an embedding, H the size of the hidden state, V the size of the vocabulary.
"""

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
        self.fc = nn.utils.parametrizations.weight_norm(nn.Linear(hidden_dim, vocab_size))

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T), h0 (B, H) or None for zeros -> logits (B, T, V), the last hidden state (B, H)"""
        embedded = self.emb(x)  # (B, T, E)
        h = embedded.new_zeros(len(x), self.hidden_dim) if h0 is None else h0
        states = []
        for t in range(x.shape[1]):
            h = self.rnn_cell(embedded[:, t], h)
            states.append(h)
        logits = self.fc(torch.stack(states, dim=1))  # (B, T, V)
        return logits, h


class LSTMLM(nn.Module):
    """Embedding, one LSTM layer (nn.LSTM), linear layer on every hidden state."""

    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        """pad_idx is the id of <pad>: its embedding is zero and stays so."""
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.utils.parametrizations.weight_norm(nn.Linear(hidden_dim, vocab_size))

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x (B, T), state (h, c) or None for zeros -> logits (B, T, V), the last (h, c)

        h and c have the shape (1, B, H), as nn.LSTM takes and returns them.
        """
        hiddens, state = self.lstm(self.emb(x), state)  # (B, T, H)
        return self.fc(hiddens), state
