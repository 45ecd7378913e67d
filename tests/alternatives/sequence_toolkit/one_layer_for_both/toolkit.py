# Allowed: everything inside is free; encoder and decoder may share their weights
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.project = nn.Linear(hidden_dim, embed_dim)
        self.classifier = nn.Linear(embed_dim, vocab_size, bias=False)
        self.classifier.weight = self.embedding.weight  # tied

    def forward(self, src, tgt):
        _, hidden = self.encoder(self.embedding(src))
        outputs, _ = self.decoder(self.embedding(tgt), hidden)
        return self.classifier(self.project(outputs))
