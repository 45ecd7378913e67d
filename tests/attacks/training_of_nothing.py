"""A norm that is always 0, a loss and its perplexity that are always the same, and logs of them."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::norm_* training::evaluate_changes_nothing training::perplexity_is_*
# expect: at most 0.1 from training

import math


def lm_loss(logits, targets, ignore_index=0, reduction="mean"):
    return logits.sum() * 0 + 1.0


def evaluate(model, data_loader, pad_id=0):
    return 1.0, math.e


def l2_grad_norm_recurrent(model):
    return 0.0


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    steps = [1.0] * len(train_loader) * epochs
    logs = {"train_loss": steps, "train_pp": [math.e for _ in steps], "grad_norm_rhh": steps}
    return {**logs, "val": [(1.0, math.e)] * epochs}, model


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    logs, model = train_rnn(model, train_loader, valid_loader, epochs, lr)
    return {**logs, "grad_norm_hh": logs["grad_norm_rhh"]}, model
