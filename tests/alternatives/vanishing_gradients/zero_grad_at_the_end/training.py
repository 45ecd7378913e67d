# Allowed: zero_grad first or last; a loss computed without lm_loss; helper functions of any kind
import math

import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_


def _step(model, optimizer, batch):
    x, y = batch
    logits, _ = model(x)
    loss = cross_entropy(logits.view(-1, logits.size(-1)), y.view(-1), ignore_index=0)
    loss.backward()
    norm = l2_grad_norm_recurrent(model)
    clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item(), norm


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=0.001):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    steps, val = [], []
    for _ in range(epochs):
        model.train()
        steps += [_step(model, optimizer, batch) for batch in train_loader]
        loss, pp = evaluate(model, valid_loader)
        val.append((loss, pp))
    losses, norms = map(list, zip(*steps, strict=True))
    return {
        "val": val,
        "train_loss": losses,
        "train_pp": [math.e**x for x in losses],
        "grad_norm_rhh": norms,
    }, model
