"""Put beside a student's modules: both language models, for a student of whose own none works.

They are made of PyTorch's own layers under the names that the text gives, so that a loop or a norm which is
right runs with them as with any other model of their interface.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

HOMES: dict[str, str] = {}  # which module defines each name of the student's


class GradersVanillaRNNLM(nn.Module):
    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn_cell = nn.RNNCell(emb_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        steps, states = self.emb(x).unbind(1), []
        for step in steps:
            h0 = self.rnn_cell(step, h0)
            states.append(h0)
        return self.fc(torch.stack(states, 1)), states[-1]


class GradersLSTMLM(nn.Module):
    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        states, last = self.lstm(self.emb(x), state)
        return self.fc(states), last
