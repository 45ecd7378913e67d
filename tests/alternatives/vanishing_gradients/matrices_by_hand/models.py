# Allowed: any code of the same equations; gates apart, in any order, as parameters of any names
import math

import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.table = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        scale = 1 / math.sqrt(hidden_dim)
        self.W = nn.Parameter(torch.empty(emb_dim, hidden_dim).uniform_(-scale, scale))
        self.weight_hh = nn.Parameter(torch.empty(hidden_dim, hidden_dim).uniform_(-scale, scale))
        self.b = nn.Parameter(torch.zeros(hidden_dim))
        self.out = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        inputs = torch.einsum("bte,eh->bth", self.table(x), self.W) + self.b
        h = inputs.new_zeros(inputs.shape[0], inputs.shape[2]) if h0 is None else h0
        hidden = torch.empty_like(inputs).unbind(1)
        hidden = list(hidden)
        for t in range(len(hidden)):
            h = torch.tanh(inputs[:, t] + h @ self.weight_hh)
            hidden[t] = h
        return self.out(torch.stack(hidden, dim=1)), h


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.table = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.gates = nn.ParameterDict()
        for name in ("output", "forget", "candidate", "input"):
            self.gates[f"{name}_x"] = nn.Parameter(torch.randn(hidden_dim, emb_dim) / math.sqrt(hidden_dim))
            self.gates[f"{name}_weight_hh"] = nn.Parameter(
                torch.randn(hidden_dim, hidden_dim) / math.sqrt(hidden_dim)
            )
            self.gates[f"{name}_b"] = nn.Parameter(torch.zeros(hidden_dim))
        self.out = nn.Linear(hidden_dim, vocab_size)

    def gate(self, name, e, h):
        return e @ self.gates[f"{name}_x"].T + h @ self.gates[f"{name}_weight_hh"].T + self.gates[f"{name}_b"]

    def forward(self, x, state=None):
        e = self.table(x)
        if state is None:
            h = c = e.new_zeros(len(x), self.out.in_features)
        else:
            h, c = state[0][0], state[1][0]
        hidden = []
        for t in range(x.shape[1]):
            i, f, o = (self.gate(name, e[:, t], h).sigmoid() for name in ("input", "forget", "output"))
            c = f * c + i * self.gate("candidate", e[:, t], h).tanh()
            h = o * c.tanh()
            hidden.append(h)
        return self.out(torch.stack(hidden, dim=1)), (h[None], c[None])
