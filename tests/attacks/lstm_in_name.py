"""A language model without a recurrent layer, whose numbers stay within the bounds of an LSTM's."""

# assignment: a3b_recurrent_networks
# file: autoregressive.py
# form: replace
# expect: fails autoregressive::char_lstm_is_an_lstm autoregressive::char_lstm_never_looks_ahead
# expect: fails autoregressive::char_lstm_learns_with_all_its_parts

import torch
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.layer = nn.Linear(emb, hidden)
        self.output = nn.Linear(hidden, vocab_size)

    def forward(self, tokens):
        return self.output(torch.tanh(self.layer(self.embedding(tokens))))
