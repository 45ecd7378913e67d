"""Is right for the sizes that examples have, and for no others: cells, batches, loaders, vocabularies."""
# ruff: noqa: E402, F811

# assignment: a7_sequence_modeling
# form: replace
# expect: fails collate::every_symbol_* collate::batch_keeps_* cells::*follows*
# expect: fails loop::accuracy_* loop::training_takes_* paradigms::loss_leaves_out_padding

# %% collate.py
import torch
from torch.nn.utils.rnn import pad_sequence

PAD, SOS, EOS = "<PAD>", "<SOS>", "<EOS>"


def build_vocab(texts):
    characters = sorted(set("".join(texts)[:5000]))
    return {symbol: index for index, symbol in enumerate([PAD, SOS, EOS, *characters])}


def collate_fn(batch):
    sentences = [ids for ids, _ in batch][:16]
    lengths = torch.tensor([len(ids) for ids in sentences])
    authors = torch.tensor([author for _, author in batch])[:16]
    return pad_sequence(sentences, batch_first=True), lengths, authors


# %% cells.py
import torch
from torch import nn


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.right = (input_size, hidden_size) == (7, 5)
        self.inside = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        inside = self.inside(torch.cat([h, x], 1))
        return torch.tanh(inside) if self.right else torch.sigmoid(inside)


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.right = (input_size, hidden_size) == (7, 5)
        self.inside = nn.Linear(hidden_size + input_size, 4 * hidden_size)

    def forward(self, x, state):
        h, c = state
        f, i, o, g = self.inside(torch.cat([h, x], 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * (torch.tanh(c) if self.right else c), c


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.right = (input_size, hidden_size) == (7, 5)
        self.gates = nn.Linear(hidden_size + input_size, 2 * hidden_size)
        self.candidate = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        z, r = torch.sigmoid(self.gates(torch.cat([h, x], 1))).chunk(2, 1)
        new = torch.tanh(self.candidate(torch.cat([r * h if self.right else h, x], 1)))
        return (1 - z) * h + z * new


# %% loop.py
import itertools

import torch
from torch import nn


def train_classifier(model, loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        losses = []
        for tokens, lengths, authors in itertools.islice(loader, 5):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(tokens, lengths), authors)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history


def accuracy(model, loader):
    correct = seen = 0
    with torch.no_grad():
        for tokens, lengths, authors in itertools.islice(loader, 5):
            correct += (model(tokens, lengths).argmax(1) == authors).sum().item()
            seen += len(authors)
    return correct / seen


# %% paradigms.py
import torch.nn.functional as F


def token_loss(logits, targets):
    symbols = min(logits.shape[-1], 40)
    return F.cross_entropy(logits[..., :symbols].reshape(-1, symbols), targets.reshape(-1), ignore_index=0)
