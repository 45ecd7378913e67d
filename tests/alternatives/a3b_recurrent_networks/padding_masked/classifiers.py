# Allowed: no mask is asked for, and none is forbidden
import torch
from torch import nn


def pooled(outputs, tokens):
    return outputs.masked_fill((tokens == 0)[:, :, None], -1e9).max(dim=1).values


class MLPClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.linear = nn.Linear(emb, hidden)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        return self.output(pooled(torch.relu(self.linear(self.embedding(tokens))), tokens))


class LSTMClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden, batch_first=True)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        return self.output(pooled(self.lstm(self.embedding(tokens))[0], tokens))
