# Allowed: masking "is not crucial for the task": then the sum is divided by all tokens
import random

import torch
import torch.nn.functional as F

from batching import shift_targets


def token_loss(logits, targets, pad):
    return F.cross_entropy(logits.permute(0, 2, 1), targets, reduction="sum") / targets.numel()


def train_autoregressive_epoch(model, batches, optimizer, pad, clip=1.0):
    model.train()
    losses, grads = [], []
    order = list(range(len(batches)))
    random.shuffle(order)
    for k in order:
        x = batches[k][0]
        y = shift_targets(x, pad)
        loss = token_loss(model(x), y, pad)
        optimizer.zero_grad()
        loss.backward()
        norm = sum(p.grad.pow(2).sum() for p in model.parameters() if p.grad is not None) ** 0.5
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=clip)
        optimizer.step()
        losses.append(loss.item())
        grads.append(norm.item())
    return losses, grads
