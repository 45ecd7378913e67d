# Allowed: the embedding has the width of the state, so the output layer may share its weights
from torch import nn


class OneToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.authors = nn.Embedding(num_authors, hidden_size)
        self.embed = nn.Embedding(vocab_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, vocab_size)
        self.out.weight = self.embed.weight

    def forward(self, authors, inputs):
        states, _ = self.gru(self.embed(inputs), self.authors(authors)[None])
        return self.out(states)


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, vocab_size, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, inputs):
        return self.out(self.lstm(self.embed(inputs))[0])
