# Allowed: the text says "using advanced indexing with sequence lengths"
from torch import nn


class OneToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.LSTM(hidden_size, hidden_size)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, first):
        outputs, _ = self.rnn(self.embedding(first).permute(1, 0, 2))
        return self.fc(outputs[-1])


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.rnn = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        outputs, _ = self.rnn(self.embedding(tokens))
        index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, outputs.size(2))
        return self.fc(outputs.gather(1, index).squeeze(1))
