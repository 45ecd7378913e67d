# Allowed: names are free, and an unused buffer or frozen constant does no harm
import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.a = nn.Linear(hidden_dim, vocab_size)
        self.b = nn.RNNCell(emb_dim, hidden_dim)
        self.c = nn.Embedding(vocab_size, emb_dim, pad_idx)
        self.register_buffer("steps_seen", torch.zeros(1))

    def forward(self, x, h0=None):
        h = torch.zeros((x.shape[0], self.b.hidden_size)).to(x.device) if h0 is None else h0
        logits = torch.zeros(x.shape[0], x.shape[1], self.a.out_features, device=x.device)
        for t in range(x.shape[1]):
            h = self.b(self.c(x)[:, t, :], h)
            logits[:, t, :] = self.a(h)
        return logits, h
