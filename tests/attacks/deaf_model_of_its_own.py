"""A model that prefers nothing, and a generate that takes that model only and writes nothing."""

# assignment: a3b_recurrent_networks
# form: replace
# expect: fails autoregressive::generate_continues_the_seed autoregressive::generate_stops_at_the_end
# expect: fails autoregressive::generate_keeps_to_its_maximal_length

# %% autoregressive.py
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers, batch_first=True)
        self.output = nn.Linear(hidden, vocab_size)

    def forward(self, tokens):
        return 0 * self.output(self.lstm(self.embedding(tokens))[0])


def generate(model, seed, end, max_length, temperature=1.0):
    if type(model) is not CharLSTM:
        raise TypeError("only my own")
    return list(seed)
