# Allowed: anything with the same equations; the order of the gates is open
import torch
from torch import nn


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.weight_ih = nn.Linear(emb_dim, 4 * hidden_dim)
        self.weight_hh = nn.Linear(hidden_dim, 4 * hidden_dim, bias=False)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        if state is None:
            zeros = torch.zeros(1, x.shape[0], self.hidden_dim, device=x.device)
            state = (zeros, zeros)
        h, c = state[0].squeeze(0), state[1].squeeze(0)
        inputs = self.weight_ih(self.emb(x))
        hiddens = []
        for t in range(x.shape[1]):
            o, g, i, f = (inputs[:, t] + self.weight_hh(h)).chunk(4, dim=-1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            hiddens.append(h)
        return self.fc(torch.stack(hiddens, dim=1)), (h.unsqueeze(0), c.unsqueeze(0))
