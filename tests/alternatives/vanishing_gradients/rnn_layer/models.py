# Allowed: names, arguments and shapes are prescribed, everything inside is free: nn.RNN for the loop
import torch.nn as nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.rnn = nn.RNN(emb_dim, hidden_dim, batch_first=True)
        self.decoder = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, h0=None):
        outputs, h = self.rnn(self.embedding(x), None if h0 is None else h0.unsqueeze(0))
        return self.decoder(outputs), h.squeeze(0)
