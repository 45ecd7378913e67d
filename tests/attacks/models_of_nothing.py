"""Language models of the right shapes and sizes whose scores are always the same."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: nothing from models

from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        return self.fc.bias.expand(*x.shape, -1), self.fc.weight.new_zeros(len(x), self.hidden_dim)


class LSTMLM(VanillaRNNLM):
    def forward(self, x, state=None):
        logits, h = super().forward(x)
        return logits, (h[None], h[None])
