# Allowed: any nonlinearity on the hidden state; helper methods are free
import torch
import torch.nn as nn


class Elman(nn.Module):
    """Elman with a step of its own."""

    def __init__(self, insize: int = 300, outsize: int = 300, hsize: int = 300):
        super(Elman, self).__init__()
        self.hidden_layer = nn.Sequential(nn.Linear(insize + hsize, hsize), nn.LeakyReLU(0.1))
        self.output_layer = nn.Sequential(nn.Linear(hsize, outsize), nn.Tanh())
        nn.init.orthogonal_(self.hidden_layer[0].weight)

    def init_hidden(self, x):
        return torch.zeros(x.shape[0], self.output_layer[0].in_features).to(x)

    def step(self, x_t, h):
        h = self.hidden_layer(torch.hstack((h, x_t)))
        return self.output_layer(h), h

    def forward(self, x, hidden=None):
        h = self.init_hidden(x) if hidden is None else hidden
        ys = []
        for x_t in x.transpose(0, 1):
            y, h = self.step(x_t, h)
            ys.append(y.unsqueeze(1))
        return torch.cat(ys, 1), h


class ElmanClassifier(nn.Module):
    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "emb": nn.Embedding(vocab_size, emb),
                "rnn": Elman(emb, hidden, hidden),
                "cls": nn.Linear(hidden, num_classes),
            }
        )

    def forward(self, tokens):
        return self.layers["cls"](self.layers["rnn"](self.layers["emb"](tokens))[0].max(1)[0])
