# Allowed: everything inside is free: a configuration, helpers, a base class, sequences
from __future__ import annotations

import dataclasses
from typing import Optional, Tuple

import torch
from torch import Tensor, nn


@dataclasses.dataclass(frozen=True)
class Config:
    vocab_size: int
    emb_dim: int = 128
    hidden_dim: int = 256
    pad_idx: int = 0


class LanguageModel(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.read = nn.Sequential(nn.Embedding(config.vocab_size, config.emb_dim, padding_idx=config.pad_idx))
        self.write = nn.Sequential(nn.Linear(config.hidden_dim, config.vocab_size))


class VanillaRNNLM(LanguageModel):
    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        super().__init__(Config(vocab_size, emb_dim, hidden_dim, pad_idx))
        self.core = nn.ModuleList([nn.RNNCell(emb_dim, hidden_dim)])

    def forward(self, x: Tensor, h0: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        words = self.read(x)
        batch, steps, _ = words.shape
        states = words.new_empty(batch, steps + 1, self.config.hidden_dim)
        states[:, 0] = 0 if h0 is None else h0
        hiddens = [states[:, 0].clone()]
        for t in range(steps):
            hiddens.append(self.core[0](words[:, t], hiddens[-1]))
        return self.write(torch.stack(hiddens[1:], dim=1)), hiddens[-1]


class LSTMLM(LanguageModel):
    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        super().__init__(Config(vocab_size, emb_dim, hidden_dim, pad_idx))
        self.core = nn.LSTM(emb_dim, hidden_dim, batch_first=True)

    def forward(
        self, x: Tensor, state: Optional[Tuple[Tensor, Tensor]] = None
    ) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        hiddens, last = self.core(self.read(x), state)
        return self.write(hiddens), last
