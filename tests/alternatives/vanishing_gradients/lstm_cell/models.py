# Allowed: everything inside is free: nn.LSTMCell, step by step
import torch
from torch import nn


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.cell = nn.LSTMCell(emb_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, vocab_size, bias=False)

    def forward(self, x, state=None):
        pair = None if state is None else tuple(part.squeeze(0) for part in state)
        logits = []
        for t in range(x.size(1)):
            pair = self.cell(self.emb(x[:, t]), pair)
            logits.append(self.fc(pair[0])[:, None])
        return torch.cat(logits, dim=1), tuple(part.unsqueeze(0) for part in pair)
