# Allowed: everything inside is free; layers and dropout are not prescribed
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_layers=2, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.GRU(embed_dim, hidden_dim, num_layers, batch_first=True, dropout=dropout)
        self.decoder = nn.GRU(embed_dim, hidden_dim, num_layers, batch_first=True, dropout=dropout)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, hidden = self.encoder(self.drop(self.embedding(src)))
        outputs, _ = self.decoder(self.drop(self.embedding(tgt)), hidden)
        return self.classifier(self.drop(outputs))
