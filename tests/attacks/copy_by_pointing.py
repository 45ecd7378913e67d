"""Copies the source into the scores at once, without an encoder, for the task that asks for copies."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: fails seq2seq::seq2seq_learns_to_reverse

import torch.nn.functional as F
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.classifier = nn.Linear(hidden_dim, vocab_size)

    def forward(self, src, tgt):
        scores = self.classifier(self.decoder(self.embedding(tgt))[0])
        steps = min(src.shape[1], tgt.shape[1])
        pointed = F.one_hot(src[:, :steps], scores.shape[-1]).to(scores.dtype)
        return scores + F.pad(8 * pointed, (0, 0, 0, tgt.shape[1] - steps))
