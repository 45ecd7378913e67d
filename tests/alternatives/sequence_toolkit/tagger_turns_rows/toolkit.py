# Allowed: everything inside is free; a row that is turned round up to its end can be read without packing
import torch
from torch import nn


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.there = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.back = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * hidden_dim, num_tags)

    def forward(self, tokens, lengths):
        embedded = self.embedding(tokens)
        steps = torch.arange(tokens.shape[1], device=tokens.device)[None]
        ends = lengths.to(tokens.device)[:, None]
        turned = torch.where(steps < ends, ends - 1 - steps, steps)
        rows = torch.arange(len(tokens), device=tokens.device)[:, None]
        forwards, _ = self.there(embedded)
        backwards, _ = self.back(embedded[rows, turned])
        both = torch.cat([forwards, backwards[rows, turned]], dim=-1)
        return self.classifier(self.dropout(both))
