# Allowed: the text asks for both directions; each may be projected by itself and added
import torch
from torch import nn


class BiLSTMTagger(nn.Module):
    """Two LSTMs; the second reads each row from its own end."""

    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.forward_lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.backward_lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.forward_out = nn.Linear(hidden_dim, num_tags)
        self.backward_out = nn.Linear(hidden_dim, num_tags)

    def forward(self, tokens, lengths):
        steps = torch.arange(tokens.size(1)).unsqueeze(0)
        turned = torch.where(steps < lengths.unsqueeze(1), lengths.unsqueeze(1) - 1 - steps, steps)
        there, _ = self.forward_lstm(self.embedding(tokens))
        back, _ = self.backward_lstm(self.embedding(tokens.gather(1, turned)))
        back = back.gather(1, turned.unsqueeze(-1).expand_as(back))
        return self.forward_out(self.dropout(there)) + self.backward_out(self.dropout(back))
