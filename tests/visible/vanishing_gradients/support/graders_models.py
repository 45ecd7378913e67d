"""Put beside a student's modules: two language models, for a student of whose own none works.

They are made of PyTorch's own layers under the names that the text gives, so that a loop or a norm which is
right runs with them. They solve nothing: their layers read no embedding but a wave of it, begin from zeros
whatever state is given, and know no padding.
"""

from __future__ import annotations

from itertools import accumulate

import torch
from torch import Tensor, nn

HOMES: dict[str, str] = {}  # which module defines each name of the student's


class Waves(nn.Module):
    """What both have in common: a wave for each token, and scores for each state."""

    def __init__(self, vocab: int, width: int = 128, hidden: int = 256, pad_idx: int = 0) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab, width)
        self.fc = nn.Linear(hidden, vocab)

    def waves(self, tokens: Tensor) -> Tensor:
        return torch.sin(3 * self.emb(tokens))


class GradersVanillaRNNLM(Waves):
    def __init__(self, *sizes: int, **pad: int) -> None:
        super().__init__(*sizes, **pad)
        self.rnn_cell = nn.RNNCell(self.emb.embedding_dim, self.fc.in_features)

    def forward(self, x: Tensor, _: Tensor | None = None) -> tuple[Tensor, Tensor]:
        first, *others = self.waves(x).unbind(1)
        states = accumulate(others, lambda h, wave: self.rnn_cell(wave, h), initial=self.rnn_cell(first))
        shown = torch.stack([*states], 1)
        return self.fc(shown), shown[:, -1]


class GradersLSTMLM(Waves):
    def __init__(self, *sizes: int, **pad: int) -> None:
        super().__init__(*sizes, **pad)
        self.lstm = nn.LSTM(self.emb.embedding_dim, self.fc.in_features, batch_first=True)

    def forward(
        self, x: Tensor, _: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        shown, last = self.lstm(self.waves(x))
        return self.fc(shown), last
