# Allowed: the number of recurrent layers is left open
import torch
from torch import nn


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.dropout = nn.Dropout(0.2)
        self.lstm = nn.LSTM(hidden_size, hidden_size, num_layers=2, dropout=0.2, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        outputs, _ = self.lstm(self.dropout(self.embedding(tokens)))
        return self.fc(outputs[torch.arange(tokens.size(0)), lengths - 1, :])


class OneToMany(nn.Module):
    """The author's vector is the first state of both layers."""

    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.author_embedding = nn.Embedding(num_authors, hidden_size)
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, num_layers=2, dropout=0.3, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, authors, inputs):
        h0 = self.author_embedding(authors).repeat(2, 1, 1)
        outputs, _ = self.lstm(self.embedding(inputs), (h0, torch.zeros_like(h0)))
        return self.fc(outputs)


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, num_layers=2, batch_first=True)
        self.norm = nn.LayerNorm(hidden_size)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, inputs):
        outputs, _ = self.lstm(self.embedding(inputs))
        return self.fc(self.dropout(self.norm(outputs)))
