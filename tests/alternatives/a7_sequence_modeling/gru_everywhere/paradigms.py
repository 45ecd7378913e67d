# Allowed: the text says "nn.LSTM (or nn.GRU)"
from torch import nn


class OneToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.table = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, num_classes)

    def forward(self, first):
        _, h_n = self.rnn(self.table(first))
        return self.out(h_n[-1])


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.table = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        states, _ = self.rnn(self.table(tokens))
        return self.out(states[range(len(tokens)), lengths - 1])


class OneToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.writers = nn.Embedding(num_authors, hidden_size)
        self.table = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, vocab_size)

    def forward(self, authors, inputs):
        states, _ = self.rnn(self.table(inputs), self.writers(authors)[None])
        return self.out(states)


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.table = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, vocab_size)

    def forward(self, inputs):
        states, _ = self.rnn(self.table(inputs))
        return self.out(states)
