# Allowed: everything inside is free
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.bilstm = nn.LSTM(embed_dim, hidden_dim, bidirectional=True)
        self.drop = nn.Dropout(p=dropout)
        self.hidden2tag = nn.Linear(hidden_dim * 2, num_tags)

    def forward(self, tokens, lengths):
        lengths, perm = torch.sort(lengths, descending=True)
        x = self.drop(self.embed(tokens[perm])).transpose(0, 1)
        out, _ = pad_packed_sequence(self.bilstm(pack_padded_sequence(x, lengths.cpu()))[0])
        logits = self.hidden2tag(self.drop(out)).transpose(0, 1)
        return logits[perm.argsort()]
