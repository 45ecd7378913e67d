# Allowed: the handout names Adam and the order of the steps, not how they are written
import math

import torch
from torch import nn


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    logs = {"train_loss": [], "train_pp": [], "grad_norm_rhh": [], "val": []}
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:

            def closure(x=x, y=y):
                optimizer.zero_grad(set_to_none=False)
                loss = lm_loss(model(x.to(device))[0], y.to(device))
                loss.backward()
                logs["grad_norm_rhh"].append(l2_grad_norm_recurrent(model))
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                return loss

            logs["train_loss"].append(float(optimizer.step(closure)))
            logs["train_pp"].append(math.exp(logs["train_loss"][-1]))
        logs["val"].append(evaluate(model, valid_loader))
    return logs, model
