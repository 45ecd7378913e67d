# Allowed: "Gradient clipping is very likely to help": by norm or by value
import random

import torch
from torch import nn

from batching import shift_targets


def train_autoregressive_epoch(model, batches, optimizer, pad, clip=1.0):
    history = {"loss": [], "norm": []}
    for tokens, _ in random.sample(batches, k=len(batches)):
        model.zero_grad()
        loss = token_loss(model(tokens), shift_targets(tokens, pad), pad)
        loss.backward()
        flat = torch.cat([p.grad.flatten() for p in model.parameters()])
        nn.utils.clip_grad_value_(model.parameters(), clip)
        optimizer.step()
        history["loss"].append(float(loss))
        history["norm"].append(float(flat.norm()))
    return history["loss"], history["norm"]
