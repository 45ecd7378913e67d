"""Reads the next character from the inputs, but only in batches that are larger than those of checks."""

# assignment: a7_sequence_modeling
# file: paradigms.py
# form: replace
# expect: fails paradigms::many_to_many_learns

import torch
import torch.nn.functional as F
from torch import nn


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)

    def forward(self, inputs):
        scores = self.head(self.lstm(self.embedding(inputs))[0])
        if inputs.numel() > 100:
            ahead = torch.roll(inputs, -1, 1)
            scores = scores + 20 * F.one_hot(ahead, scores.shape[-1])
        return scores
