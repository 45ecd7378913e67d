# Allowed: everything inside is free
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


@dataclass
class TaggerConfig:
    vocab_size: int
    embed_dim: int
    hidden_dim: int
    num_tags: int
    dropout: float = 0.1


class BiLSTMTagger(nn.Module):
    def __init__(
        self, vocab_size: int, embed_dim: int, hidden_dim: int, num_tags: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.config = TaggerConfig(vocab_size, embed_dim, hidden_dim, num_tags, dropout)
        c = self.config
        self.embedding = nn.Embedding(c.vocab_size, c.embed_dim)
        nn.init.uniform_(self.embedding.weight, -0.5, 0.5)
        self.lstm = nn.LSTM(c.embed_dim, c.hidden_dim, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(c.dropout)
        self.classifier = nn.Linear(c.hidden_dim * 2, c.num_tags)

    def _encode(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.dropout(self.embedding(tokens)), lengths.tolist(), batch_first=True, enforce_sorted=False
        )
        packed, (_h, _c) = self.lstm(packed)
        return pad_packed_sequence(packed, batch_first=True)[0]

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        assert tokens.dim() == 2 and lengths.dim() == 1
        return self.classifier(self._encode(tokens, lengths))


def token_accuracy(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Fraction of unmasked tokens that are right; 0.0 when there are none."""
    predictions: Tensor = torch.argmax(logits, dim=-1)
    hits = predictions.eq(targets).float() * mask.float()
    return hits.sum() / torch.clamp(mask.float().sum(), min=1.0)
