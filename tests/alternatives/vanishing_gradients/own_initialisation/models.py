# Allowed: initialisation is open, and a layer may be told to keep a copy of its size
import torch
from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.cell = nn.RNNCell(emb_dim, hidden_dim)
        self.head = nn.Linear(hidden_dim, vocab_size)
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        nn.init.orthogonal_(self.cell.weight_hh)
        nn.init.xavier_uniform_(self.cell.weight_ih)
        nn.init.zeros_(self.cell.bias_hh)
        with torch.no_grad():
            self.emb.weight.normal_(0, 0.1)
            self.emb.weight[pad_idx].fill_(0)

    def forward(self, x, h0=None):
        h, logits = h0, []
        for t in range(x.shape[1]):
            h = self.cell(self.emb(x[:, t]), h)
            logits += [self.head(h)]
        return torch.stack(logits, dim=-2), h


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(input_size=emb_dim, hidden_size=hidden_dim, num_layers=1, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)
        for name, weight in self.lstm.named_parameters():
            if "bias" in name:
                nn.init.zeros_(weight)
                weight.data[hidden_dim : 2 * hidden_dim] = 1.0  # forget gates begin open
            else:
                nn.init.xavier_uniform_(weight)

    def forward(self, x, state=None):
        output, (h_n, c_n) = self.lstm(self.emb(x), state)
        return self.fc(output), (h_n, c_n)
