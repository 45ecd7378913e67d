# Allowed: the handout asks for "dropout, classifier" and names no layers of it; its Seq2Seq is a skeleton
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def mlp(width, hidden, classes, dropout=0.0):
    return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, classes))


class Seq2Seq(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.classifier = mlp(hidden_dim, hidden_dim, vocab_size)

    def forward(self, src, tgt):
        _, hidden = self.encoder(self.embedding(src))
        outputs, _ = self.decoder(torch.relu(self.embedding(tgt)), hidden)
        return self.classifier(outputs)


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.classifier = mlp(2 * hidden_dim, hidden_dim, num_tags, dropout)

    def forward(self, tokens, lengths):
        embedded = torch.relu(self.embedding(tokens))
        packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
        packed_outputs, _ = self.lstm(packed)
        outputs, _ = pad_packed_sequence(packed_outputs, batch_first=True, total_length=tokens.shape[1])
        return self.classifier(outputs)
