# Allowed: everything inside is free; the source is known as a whole
import torch
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden_dim, hidden_dim)
        self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, h = self.encoder(self.embedding(src))
        start = torch.tanh(self.bridge(torch.cat([h[0], h[1]], dim=-1)))
        outputs, _ = self.decoder(self.embedding(tgt), start[None])
        return self.classifier(outputs)
