"""A ManyToOne that reads the last character of a row and no other: nothing else can change its scores."""

# assignment: a7_sequence_modeling
# file: paradigms.py
# form: replace
# expect: fails paradigms::many_to_one_reads_first_and_last_character paradigms::many_to_one_ignores_padding
# expect: fails paradigms::many_to_one_reads_the_last_valid_state paradigms::many_to_one_judges_each_row_alone

import torch
from torch import nn


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        last = tokens[torch.arange(len(tokens)), lengths - 1]
        return self.head(self.lstm(self.embedding(last[:, None]))[0][:, 0])
