"""WikiText-2: found or downloaded, its words as numbers, in pairs of input and target.

Given, complete and not graded. It needs PyTorch.
"""

import torch
from torch.utils.data import Dataset

# PARTS: download, wikitext, vocabulary

# Pairs of input and target for a language model.


class LMDataset(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Every stretch of seq_len ids, and the same one step on: y[t] is the id that follows x[t]."""

    def __init__(self, ids: list[int], seq_len: int = 30) -> None:
        self.ids = torch.tensor(ids, dtype=torch.long)
        self.seq_len = seq_len

    def __len__(self) -> int:
        return max(0, len(self.ids) - self.seq_len)

    def __getitem__(self, start: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(x (T,), y (T,))"""
        if not 0 <= start < len(self):
            raise IndexError(start)
        end = start + self.seq_len
        return self.ids[start:end], self.ids[start + 1 : end + 1]
