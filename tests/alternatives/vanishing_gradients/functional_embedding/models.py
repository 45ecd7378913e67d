# Allowed: everything inside is free: a table of parameters, F.embedding; a loop of single steps
import torch
import torch.nn.functional as F
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        table = torch.randn(vocab_size, emb_dim)
        table[pad_idx] = 0
        self.table, self.pad_idx = nn.Parameter(table), pad_idx
        self.rnn = nn.RNN(emb_dim, hidden_dim, batch_first=True)
        self.weight = nn.Parameter(torch.randn(vocab_size, hidden_dim) * 0.1)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, x, h0=None):
        words = F.embedding(x, self.table, padding_idx=self.pad_idx)
        first = words.new_zeros(1, len(x), self.rnn.hidden_size) if h0 is None else h0.unsqueeze(0)
        hiddens, last = self.rnn(words, first)
        return F.linear(hiddens, self.weight, self.bias), last[-1]


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        outputs = []
        for t in range(x.shape[1]):
            output, state = self.lstm(self.emb(x[:, t : t + 1]), state)
            outputs.append(output)
        return self.fc(torch.cat(outputs, dim=1)), state
