# Allowed: "You can transpose the dimensions, or just pass batch_first=True"
import torch
from torch import nn


class RNNClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.rnn = nn.RNN(emb, hidden)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        outputs, _ = self.rnn(self.embedding(tokens).transpose(0, 1))
        return self.output(outputs.max(dim=0).values)


class LSTMClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.embedding(tokens.t()))
        return self.output(torch.relu(outputs.transpose(0, 1)).amax(1))
