# Allowed: what stands at padding in the logits does not matter
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.lstm = nn.LSTM(
            input_size=embed_dim,
            hidden_size=hidden_dim,
            num_layers=2,
            dropout=dropout,
            batch_first=True,
            bidirectional=True,
        )
        self.classifier = nn.Sequential(
            nn.Linear(2 * hidden_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, num_tags)
        )

    def forward(self, tokens, lengths):
        total = tokens.shape[1]
        packed = pack_padded_sequence(self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False)
        outputs, out_lengths = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=total)
        logits = self.classifier(outputs)
        mask = torch.arange(total)[None, :] < out_lengths[:, None]
        return logits.masked_fill(~mask.unsqueeze(-1), float("-inf"))
