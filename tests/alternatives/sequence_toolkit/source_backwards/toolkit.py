# Allowed: everything inside is free; Sutskever et al. read the source backwards
from torch import nn


class Encoder(nn.Module):
    def __init__(self, embedding, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = embedding
        self.rnn = nn.LSTM(embed_dim, hidden_dim, batch_first=True)

    def forward(self, src):
        return self.rnn(self.embedding(src.flip(1)))[1]


class Decoder(nn.Module):
    def __init__(self, embedding, embed_dim, hidden_dim, vocab_size):
        super().__init__()
        self.embedding = embedding
        self.rnn = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden_dim, 64), nn.ReLU(), nn.Linear(64, vocab_size))

    def forward(self, tgt, state):
        return self.out(self.rnn(self.embedding(tgt), state)[0])


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        shared = nn.Embedding(vocab_size, embed_dim)
        self.encoder = Encoder(shared, embed_dim, hidden_dim)
        self.decoder = Decoder(shared, embed_dim, hidden_dim, vocab_size)

    def forward(self, src, tgt):
        return self.decoder(tgt, self.encoder(src))
