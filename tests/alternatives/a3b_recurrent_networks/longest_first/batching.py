# Allowed: "batches of similar-length sequences (and possibly variable size)": from long to short as well
from dataclasses import dataclass

import torch


@dataclass
class Budget:
    max_tokens: int

    def rows(self, width: int) -> int:
        return max(1, self.max_tokens // max(1, width))


def token_batches(sequences, max_tokens, pad):
    budget = Budget(max_tokens)
    rest = sorted(enumerate(sequences), key=lambda pair: -len(pair[1]))
    batches = []
    while rest:
        n = budget.rows(len(rest[0][1]))
        some, rest = rest[:n], rest[n:]
        batches.append((pad_batch([s for _, s in some], pad), torch.tensor([i for i, _ in some])))
    return batches


def pad_batch(sequences, pad):
    width = max(len(s) for s in sequences)
    return torch.stack([torch.tensor(s + [pad] * (width - len(s))) for s in sequences])
