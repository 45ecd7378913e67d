# Allowed: "The number of layers should be 1, 2 or 3": stacked by nn.LSTM or by hand
import numpy as np
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb, padding_idx=0)
        sizes = [emb] + [hidden] * num_layers
        self.lstms = nn.ModuleList(
            [nn.LSTM(a, b, batch_first=True) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
        )
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(hidden, vocab_size)

    def forward(self, tokens):
        x = self.drop(self.embedding(tokens))
        for lstm in self.lstms:
            x, _ = lstm(x)
        return self.head(x)


def sample(lnprobs, temperature=1.0):
    scores = lnprobs.detach().numpy().astype(np.float64)
    if temperature == 0:
        return int(np.argmax(scores))
    powers = np.exp((scores - scores.max()) / temperature)
    return int(np.searchsorted(np.cumsum(powers / powers.sum()), np.random.random()))
