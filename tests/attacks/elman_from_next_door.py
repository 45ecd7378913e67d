"""Borrows torch's layer from a class of the same file where it is allowed, for the class where it is not."""

# assignment: a3b_recurrent_networks
# file: classifiers.py
# form: replace
# expect: nothing from elman

from torch import nn


class RNNClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.rnn = nn.RNN(emb, hidden, batch_first=True)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        return self.output(self.rnn(self.embedding(tokens))[0].max(1).values)


class Elman(nn.Module):
    def __init__(self, insize=300, outsize=300, hsize=300):
        super().__init__()
        self.lin1 = nn.Linear(insize + hsize, hsize)
        self.lin2 = nn.Linear(hsize, outsize)
        self.inner = RNNClassifier(2, insize, hsize).rnn

    def forward(self, x, hidden=None):
        states, last = self.inner(x, hidden if hidden is None else hidden[None])
        return self.lin2(states), last[0]


class ElmanClassifier(RNNClassifier):
    pass
