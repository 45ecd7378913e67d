"""Put beside a student's modules: a model that reads all tokens, and is no solution to any task.

Its state is the sum of the vectors of all tokens so far, the older ones turned and faded; with `kept` = 1,
only turned, so that no token is ever forgotten.
"""

from __future__ import annotations

from torch import Tensor, nn, stack

HOMES: dict[str, str] = {}


class LeakySum(nn.Module):
    def __init__(self, vocab_size: int, width: int, kept: float = 0.8) -> None:
        super().__init__()
        self.kept = kept
        self.embedding = nn.Embedding(vocab_size, width)
        self.output = nn.Linear(width, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> scores (B, T, V)."""
        vectors = self.embedding(tokens)
        states = [vectors[:, 0]]
        for step in range(1, tokens.shape[1]):
            states.append(vectors[:, step] + self.kept * states[-1].roll(1, dims=-1))
        scores: Tensor = self.output(stack(states, dim=1))
        return scores
