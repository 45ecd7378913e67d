# Allowed: the text says that the vector initialises h_0, not of how many layers
import torch
from torch import nn


class OneToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.author_embedding = nn.Embedding(num_authors, hidden_size)
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, num_layers=2, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, authors, inputs):
        vector = self.author_embedding(authors)
        outputs, _ = self.gru(self.embedding(inputs), torch.stack([vector, torch.zeros_like(vector)]))
        return self.fc(outputs)
