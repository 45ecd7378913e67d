# Allowed: everything inside is free, batch_first or a transposed batch
import torch.nn as nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "words": nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx),
                "time": nn.RNN(emb_dim, hidden_dim),
                "scores": nn.Linear(hidden_dim, vocab_size),
            }
        )

    def forward(self, x, h0=None):
        steps = self.layers["words"](x.t())
        outputs, h = self.layers["time"](steps, h0[None] if h0 is not None else None)
        return self.layers["scores"](outputs).transpose(0, 1), h[0]


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.words = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.time = nn.LSTM(emb_dim, hidden_dim)
        self.scores = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        outputs, state = self.time(self.words(x).permute(1, 0, 2), state)
        return self.scores(outputs).permute(1, 0, 2).contiguous(), state
