# Allowed: everything inside is free; the encoder's state may also be read at every step
import torch
from torch import nn


class Seq2Seq(nn.Module):
    """Cho et al.: the context joins every input of the decoder."""

    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(embed_dim + hidden_dim, hidden_dim, batch_first=True)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, hidden = self.encoder(self.embedding(src))
        context = hidden[-1].unsqueeze(1).repeat(1, tgt.shape[1], 1)
        inputs = torch.cat([self.embedding(tgt), context], dim=2)
        outputs, _ = self.decoder(inputs, hidden)
        return self.classifier(outputs)
