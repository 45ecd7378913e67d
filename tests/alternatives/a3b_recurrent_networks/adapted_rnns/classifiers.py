# Allowed: "adapt the network as necessary": nn.RNN is an Elman network's first layer only; tuning is free
import torch
from torch import nn


class RNNClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.rnn = nn.RNN(emb, hidden, batch_first=True, nonlinearity="relu")
        self.second = nn.Linear(hidden, hidden)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        outputs, _ = self.rnn(self.embedding(tokens))
        return self.output(torch.relu(self.second(outputs)).max(dim=1).values)


class LSTMClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=2, dropout=0.1, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.2)
        self.output = nn.Linear(2 * hidden, num_classes)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.dropout(self.embedding(tokens)))
        return self.output(self.dropout(outputs.max(dim=1).values))
