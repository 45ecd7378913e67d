# Allowed: everything inside is free
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super(Seq2Seq, self).__init__()
        self.emb = nn.Embedding(vocab_size, embed_dim)
        self.enc = nn.RNN(embed_dim, hidden_dim, batch_first=True)
        self.dec = nn.RNN(embed_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, source, target):
        _, h = self.enc(self.emb(source))
        y, _ = self.dec(self.emb(target), h)
        return self.fc(y)
