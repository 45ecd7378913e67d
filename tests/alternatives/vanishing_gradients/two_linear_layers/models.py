# Allowed: h_t = tanh(W_x e_t + W_h h_{t-1} + b), wherever the matrices are kept
import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.from_word = nn.Linear(emb_dim, hidden_dim)
        self.weight_hh = nn.Linear(hidden_dim, hidden_dim, bias=False)
        self.to_scores = nn.Linear(hidden_dim, vocab_size)
        self.size = hidden_dim

    def forward(self, x, h0=None):
        if h0 is None:
            h0 = torch.zeros(x.size(0), self.size, device=x.device)
        h, scores = h0, []
        for word in x.unbind(dim=1):
            h = torch.tanh(self.from_word(self.lookup(word)) + self.weight_hh(h))
            scores.append(self.to_scores(h))
        return torch.stack(scores, 1), h
