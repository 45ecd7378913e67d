"""Looks at each row's length as long as there are few rows, and takes the last column of many."""

# assignment: a7_sequence_modeling
# file: paradigms.py
# form: replace
# expect: fails paradigms::many_to_one_judges_each_row_alone

import torch
from torch import nn


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        outputs, _ = self.lstm(self.embedding(tokens))
        if len(tokens) > 4:
            return self.head(outputs[:, -1])
        return self.head(outputs[torch.arange(len(tokens)), lengths - 1])
