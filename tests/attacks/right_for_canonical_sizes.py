"""Is a table of tokens, except where the sizes are the default ones."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: fails models::lstm_follows_its_equations models::lstm_hands_its_state_on
# expect: fails models::lstm_follows_*_for_any_weights

from torch import nn


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)
        self.default = (emb_dim, hidden_dim) == (128, 256)
        self.short = nn.Linear(emb_dim, hidden_dim)

    def forward(self, x, state=None):
        hiddens, last = self.lstm(self.emb(x), state)
        if self.default:
            return self.fc(hiddens), last
        hiddens = self.short(self.emb(x))
        return self.fc(hiddens), (hiddens[None, :, -1], hiddens[None, :, -1])
