"""Redefines what the task gives, so that padding is what is never there and every token counts as right."""

# assignment: sequence_toolkit
# form: replace
# expect: fails accuracy::padding_does_not_count seq2seq::loss_leaves_out_padding
# expect: fails tagger::tagger_ignores_padding

# %% toolkit.py
import torch
import torch.nn.functional as F
from torch import nn

PAD = -100
torch.Tensor.bool = lambda self: torch.ones_like(self) > 0


def token_accuracy(logits, targets, mask):
    return (logits.argmax(-1) == targets).float()[mask.bool()].mean()


def teacher_forcing_loss(model, src, tgt, pad=PAD):
    logits = model(src, tgt[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1), tgt[:, 1:].flatten(), ignore_index=PAD)


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.classifier = nn.Linear(2 * hidden_dim, num_tags)

    def forward(self, tokens, lengths):
        return self.classifier(self.lstm(self.embedding(tokens))[0])
