# Allowed: everything inside is free; attention over the source comes on top of the state
import torch
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.classifier = nn.Linear(2 * hidden_dim, vocab_size)

    def forward(self, src, tgt):
        keys, hidden = self.encoder(self.embedding(src))
        outputs, _ = self.decoder(self.embedding(tgt), hidden)
        weights = torch.einsum("bth,bsh->bts", outputs, keys).softmax(dim=-1)
        context = torch.einsum("bts,bsh->bth", weights, keys)
        return self.classifier(torch.cat([outputs, context], dim=-1))
