# Allowed: everything inside is free; "an encoder and a decoder" may be LSTMs
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.src_embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.tgt_embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.encoder = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.out = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, state = self.encoder(self.src_embedding(src))
        hidden_states, _ = self.decoder(self.tgt_embedding(tgt), state)
        return self.out(hidden_states)
