# Allowed: "There is no special layer for this in pytorch, you can just implement it manually"
import torch
import torch.nn as nn
import torch.nn.functional as F


class MLPClassifier(nn.Module):
    def __init__(self, num_tokens, e=300, h=300, c=2):
        super().__init__()
        self.net = nn.Sequential(nn.Embedding(num_tokens, e), nn.Linear(e, h), nn.ReLU())
        self.toclass = nn.Linear(h, c)

    def forward(self, x):
        return self.toclass(self.net(x).amax(dim=1))


class RNNClassifier(nn.Module):
    def __init__(self, num_tokens, e=300, h=300, c=2):
        super().__init__()
        self.emb, self.rnn, self.toclass = (
            nn.Embedding(num_tokens, e),
            nn.RNN(e, h, batch_first=True),
            nn.Linear(h, c),
        )

    def forward(self, x):
        x, _ = self.rnn(self.emb(x))
        x, _ = torch.max(F.relu(x), dim=1)
        return self.toclass(x)


class LSTMClassifier(nn.Module):
    def __init__(self, num_tokens, e=300, h=300, c=2):
        super().__init__()
        self.emb, self.rnn, self.toclass = (
            nn.Embedding(num_tokens, e),
            nn.LSTM(e, h, batch_first=True),
            nn.Linear(h, c),
        )

    def forward(self, x):
        x = self.rnn(self.emb(x))[0]
        return self.toclass(F.adaptive_max_pool1d(x.permute(0, 2, 1), 1).squeeze(2))
