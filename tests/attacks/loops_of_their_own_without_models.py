"""Neither model works, and loops and norm take no other: nothing shows them right, so they earn nothing."""

# assignment: vanishing_gradients
# form: replace
# expect: fails training::rnn_training_* training::lstm_training_* training::norm_of_the_*
# ruff: noqa: E402, F811

# %% models.py
from torch import nn


class VanillaRNNLM(nn.Module):
    def forward(self, x, h0=None):
        raise ValueError("not yet")


class LSTMLM(VanillaRNNLM):
    pass


# %% training.py
from models import LSTMLM, VanillaRNNLM


def l2_grad_norm_recurrent(model):
    if not isinstance(model, VanillaRNNLM | LSTMLM):
        raise TypeError("only my own")
    return 0.0


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    if not isinstance(model, VanillaRNNLM):
        raise TypeError("only my own")
    return {}, model


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return train_rnn(model, train_loader, valid_loader, epochs, lr)
