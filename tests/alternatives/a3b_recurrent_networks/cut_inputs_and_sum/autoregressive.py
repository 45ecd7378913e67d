# Allowed: the target is the batch one step later; the sum may be divided for the record only
import random

import torch
import torch.nn.functional as F


def train_autoregressive_epoch(model, batches, optimizer, pad, clip=1.0):
    model.train()
    losses, norms = [], []
    random.shuffle(batches)
    for x, _ in batches:
        inputs, targets = x[:, :-1], x[:, 1:]
        loss = F.cross_entropy(model(inputs).transpose(2, 1), targets, reduction="sum", ignore_index=pad)
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), clip))
        optimizer.step()
        losses.append(loss.item() / (targets != pad).sum().item())
    return losses, norms
