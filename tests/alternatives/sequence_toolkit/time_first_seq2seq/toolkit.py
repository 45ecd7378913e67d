# Allowed: everything inside is free
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim)
        self.decoder = nn.GRU(embed_dim, hidden_dim)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, hidden = self.encoder(self.embedding(src.t()))
        outputs, _ = self.decoder(self.embedding(tgt.t()), hidden)
        return self.classifier(outputs).transpose(0, 1).contiguous()
