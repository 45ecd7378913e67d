# Allowed: the text says "use this vector to initialize the starting hidden state", c_0 is left open
import torch
from torch import nn


class OneToMany(nn.Module):
    """A small author vector, mapped to both states; one weight matrix reads and writes characters."""

    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.author_embedding = nn.Embedding(num_authors, 4)
        self.to_hidden = nn.Linear(4, hidden_size)
        self.to_cell = nn.Linear(4, hidden_size)
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)
        self.head.weight = self.embedding.weight

    def forward(self, authors, inputs):
        vector = self.author_embedding(authors)
        h0 = torch.tanh(self.to_hidden(vector)).unsqueeze(0)
        c0 = self.to_cell(vector).unsqueeze(0)
        outputs, _ = self.lstm(self.embedding(inputs), (h0, c0))
        return self.head(outputs)
