"""Returns another model than it was to train: one that has counted which token follows which."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::rnn_training_takes_clipped_steps_of_adam
# expect: fails training::lstm_training_takes_clipped_steps_of_adam

import math

import torch
from torch import nn


class Counts(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.table = nn.Parameter(torch.ones(size, size))

    def forward(self, x, state=None):
        return self.table[x].log(), state


def count(model, train_loader, valid_loader, epochs, key):
    other = Counts(next(model.parameters()).shape[0])
    for x, y in train_loader:
        other.table.data.index_put_((x.flatten(), y.flatten()), torch.ones(x.numel()), accumulate=True)
    steps = epochs * len(list(train_loader))
    logs = {"train_loss": [2.0] * steps, "train_pp": [math.exp(2)] * steps, key: [0.5] * steps}
    return logs | {"val": [(2.0, math.exp(2))] * epochs}, other


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return count(model, train_loader, valid_loader, epochs, "grad_norm_rhh")


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return count(model, train_loader, valid_loader, epochs, "grad_norm_hh")
