# Allowed: h_t = tanh(W_x e_t + W_h h_{t-1} + b), wherever the matrices are kept: both vectors joined
import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.weight_hh = nn.Linear(emb_dim + hidden_dim, hidden_dim)  # and, of the same rows, weight_ih
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        h = torch.zeros(len(x), self.hidden_dim) if h0 is None else h0
        states = []
        for t in range(x.size(1)):
            h = self.weight_hh(torch.cat((self.emb(x[:, t]), h), dim=1)).tanh()
            states.append(h)
        return self.fc(torch.stack(states, dim=1)), h
