# Allowed: everything inside is free; a decoder may go step by step
import torch
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder_cell = nn.GRUCell(embed_dim, hidden_dim)
        self.decoder_cell = nn.GRUCell(embed_dim, hidden_dim)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def encode(self, src):
        h = torch.zeros(src.size(0), self.hidden_dim, device=src.device)
        for t in range(src.size(1)):
            h = self.encoder_cell(self.embedding(src[:, t]), h)
        return h

    def forward(self, src, tgt):
        h = self.encode(src)
        logits = torch.empty(*tgt.shape, self.classifier.out_features, device=src.device)
        scores = []
        for t in range(tgt.size(1)):
            h = self.decoder_cell(self.embedding(tgt[:, t]), h)
            scores.append(self.classifier(h))
        return torch.stack(scores, dim=1, out=None).to(logits)
