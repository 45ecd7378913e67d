"""Trains a copy that is thrown away, writes down its logs, and hands the model back as it was."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::rnn_training_takes_clipped_steps_of_adam training::rnn_learns

# ruff: noqa: F821
import copy
import math

import torch


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    logs = {"train_loss": [], "train_pp": [], "grad_norm_rhh": [], "val": []}
    other = copy.deepcopy(model)
    optimizer = torch.optim.Adam(other.parameters(), lr=lr)
    for _ in range(epochs):
        for x, y in train_loader:
            loss = lm_loss(other(x)[0], y)
            optimizer.zero_grad()
            loss.backward()
            logs["grad_norm_rhh"].append(l2_grad_norm_recurrent(other))
            torch.nn.utils.clip_grad_norm_(other.parameters(), 1.0)
            optimizer.step()
            logs["train_loss"].append(loss.item())
            logs["train_pp"].append(math.exp(loss.item()))
        logs["val"].append(evaluate(other, valid_loader))
    return logs, model
