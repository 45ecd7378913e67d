# Allowed: the same equations as nn.LSTM; only names, arguments and shapes are prescribed
import torch
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.cells = nn.ModuleList(
            [nn.LSTMCell(emb if k == 0 else hidden, hidden) for k in range(num_layers)]
        )
        self.output = nn.Linear(hidden, vocab_size)

    def forward(self, tokens):
        states = [None for _ in self.cells]
        outs = []
        for x in self.embedding(tokens).unbind(1):
            for k, cell in enumerate(self.cells):
                states[k] = cell(x, states[k])
                x = states[k][0]
            outs.append(x)
        return self.output(torch.stack(outs, dim=1))
