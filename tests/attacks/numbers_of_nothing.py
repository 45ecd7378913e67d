"""Right shapes and fitting numbers that depend on nothing: no check may be content with them."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: alone
# expect: nothing from accuracy
# expect: nothing from tagger
# expect: nothing from seq2seq
# expect: at most 0.25 from packing

import torch
from torch import nn


def run_packed(rnn, embedded, lengths):
    hidden = torch.zeros(1, len(embedded), rnn.hidden_size)
    return torch.zeros(*embedded.shape[:2], rnn.hidden_size), hidden


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.scores = nn.Parameter(torch.randn(vocab_size))

    def forward(self, src, tgt):
        return self.scores.expand(*tgt.shape, -1)


def teacher_forcing_loss(model, src, tgt, pad=0):
    return model.scores.sum() * 0 + 1.0


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.scores = nn.Parameter(torch.randn(num_tags))

    def forward(self, tokens, lengths):
        return self.scores.expand(*tokens.shape, -1)


def token_accuracy(logits, targets, mask):
    return torch.tensor(0.0)
