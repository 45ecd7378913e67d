# Allowed: everything inside is free; one row after the other never meets padding
import torch
from torch import nn


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, bidirectional=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * hidden_dim, num_tags)
        self.num_tags = num_tags

    def forward(self, tokens, lengths):
        logits = torch.zeros(*tokens.shape, self.num_tags)
        for i, n in enumerate(lengths.tolist()):
            out, _ = self.lstm(self.embedding(tokens[i, :n]).unsqueeze(1))
            logits[i, :n] = self.classifier(self.dropout(out.squeeze(1)))
        return logits
