"""A7's loop and models with right shapes and fitting numbers, none of which depends on anything."""

# assignment: a7_sequence_modeling
# form: replace
# expect: at most 0.25 from loop
# expect: nothing from paradigms
# ruff: noqa: E402, F811

# %% loop.py
import torch
from torch import nn


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.state = nn.Parameter(torch.randn(hidden_size))

    def forward(self, x_seq, lengths):
        return self.state.expand(*x_seq.shape[:2], -1), self.state.expand(len(x_seq), -1)


class AuthorClassifier(nn.Module):
    def __init__(self, vocab_size, hidden_size, cell="rnn", num_layers=1, num_classes=3):
        super().__init__()
        self.rnn = DeepRNN(cell, hidden_size, hidden_size, num_layers)
        self.scores = nn.Parameter(torch.randn(num_classes))

    def forward(self, tokens, lengths):
        return self.scores.expand(len(tokens), -1)


def train_classifier(model, loader, epochs, lr):
    return [1 / (epoch + 1) for epoch in range(epochs)]


def accuracy(model, loader):
    return 1.0


# %% paradigms.py
import torch
from torch import nn


class OneToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, num_classes)

    def forward(self, first):
        return self.head.bias.expand(len(first), -1)


class ManyToOne(OneToOne):
    def forward(self, tokens, lengths):
        return self.head.bias.expand(len(tokens), -1)


class OneToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)

    def forward(self, authors, inputs):
        return self.head.bias.expand(*inputs.shape, -1)


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)

    def forward(self, inputs):
        return self.head.bias.expand(*inputs.shape, -1)


def first_characters(tokens):
    return tokens[:, :1] * 0


def generate_sentence(model, author, vocab, max_length=200, greedy=False):
    return ""


def language_model_pairs(text, vocab, length=40):
    return torch.zeros(2, length + 1).long(), torch.zeros(2, length + 1).long()


def token_loss(logits, targets):
    return 0 * logits.sum() + 1.0


def generate_text(model, vocab, prompt="The summer", length=150, greedy=False):
    return prompt + " " * length
