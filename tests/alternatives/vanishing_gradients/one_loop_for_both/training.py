# Allowed: zero_grad first or last, set_to_none either way; logs of any dictionary; one function for both
import math
from collections import defaultdict

import torch


def fit(model, train_loader, valid_loader, epochs, lr, key):
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr, betas=(0.9, 0.999))
    logs = defaultdict(list)
    optimizer.zero_grad()
    for _epoch in range(epochs):
        for batch in train_loader:
            model.train(True)
            inputs, targets = (part.to(next(model.parameters()).device) for part in batch)
            loss = lm_loss(model(inputs)[0], targets)
            loss.backward()
            norm = l2_grad_norm_recurrent(model)
            torch.nn.utils.clip_grad_norm_(parameters=model.parameters(), max_norm=1.0, norm_type=2)
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            for name, value in (
                ("train_loss", float(loss)),
                ("train_pp", math.exp(float(loss))),
                (key, norm),
            ):
                logs[name].append(value)
        logs["val"].append(tuple(evaluate(model, valid_loader)))
    return dict(logs), model


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return fit(model, train_loader, valid_loader, epochs, lr, "grad_norm_rhh")


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return fit(model, train_loader, valid_loader, epochs, lr, "grad_norm_hh")
