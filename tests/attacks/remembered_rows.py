"""Remembers the first answer for each row, padding left out, so that every later one agrees with it."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::last_valid_state_of_* loop::padding_changes_nothing
# expect: fails loop::a_row_alone_* loop::classifier_learns*

import torch
from torch import nn


class AuthorClassifier(nn.Module):
    def __init__(self, vocab_size, hidden_size, cell="rnn", num_layers=1, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.head = nn.Linear(hidden_size, num_classes)
        self.seen = {}

    def forward(self, tokens, lengths):
        scores = self.head(self.embedding(tokens).mean(1))  # padding and all
        for row, (ids, length) in enumerate(zip(tokens.tolist(), lengths.tolist(), strict=True)):
            self.seen.setdefault(tuple(ids[:length]), scores[row].detach())
        pairs = zip(tokens.tolist(), lengths.tolist(), strict=True)
        return torch.stack([self.seen[tuple(ids[:length])] for ids, length in pairs])


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.read = nn.Linear(input_size, hidden_size)
        self.seen = {}

    def forward(self, x_seq, lengths):
        hiddens, last = self.read(x_seq), []
        for row, length in zip(x_seq, lengths.tolist(), strict=True):
            key = row[:length].detach().numpy().tobytes()
            last.append(self.seen.setdefault(key, self.read(row.mean(0)).detach()))
        return hiddens, torch.stack(last)
