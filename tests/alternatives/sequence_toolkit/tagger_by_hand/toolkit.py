# Allowed: everything inside is free; an LSTM may be written by hand
import torch
import torch.nn.functional as F
from torch import nn


class Direction(nn.Module):
    def __init__(self, embed_dim, hidden_dim):
        super().__init__()
        self.H = hidden_dim
        self.W = nn.ParameterDict(
            {
                "x": nn.Parameter(torch.randn(embed_dim, 4 * hidden_dim) / embed_dim**0.5),
                "h": nn.Parameter(torch.randn(hidden_dim, 4 * hidden_dim) / hidden_dim**0.5),
                "b": nn.Parameter(torch.zeros(4 * hidden_dim)),
            }
        )

    def forward(self, x, real, steps):
        h = c = x.new_zeros(x.shape[0], self.H)
        outputs = [None] * x.shape[1]
        for t in steps:
            gates = torch.einsum("be,eg->bg", x[:, t], self.W["x"]) + h @ self.W["h"] + self.W["b"]
            i, f, g, o = gates.chunk(4, dim=1)
            new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            new_h = torch.sigmoid(o) * torch.tanh(new_c)
            keep = real[:, t : t + 1]
            h, c = torch.where(keep, new_h, h), torch.where(keep, new_c, c)
            outputs[t] = h
        return torch.stack(outputs, dim=1)


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.table = nn.Parameter(torch.randn(vocab_size, embed_dim))
        self.there, self.back = Direction(embed_dim, hidden_dim), Direction(embed_dim, hidden_dim)
        self.out = nn.Linear(2 * hidden_dim, num_tags)

    def forward(self, tokens, lengths):
        x = self.table[tokens]
        T = x.shape[1]
        real = torch.arange(T) < lengths[:, None]
        states = torch.cat([self.there(x, real, range(T)), self.back(x, real, reversed(range(T)))], dim=2)
        return self.out(F.dropout(states, self.p, training=self.training))
