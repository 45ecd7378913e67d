"""Reads rows of up to twelve words as it should, and the rows of a longer batch in another order."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: fails models::lstm_rows_stay_apart

from torch import nn


class LSTMLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, emb_dim, padding_idx=pad_idx)
        self.lstm = nn.LSTM(emb_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, state=None):
        hiddens, state = self.lstm(self.emb(x), state)
        if x.shape[1] > 12:
            hiddens = hiddens.flip(0)
        return self.fc(hiddens), state
