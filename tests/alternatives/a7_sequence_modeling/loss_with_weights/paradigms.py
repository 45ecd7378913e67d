# Allowed: the text says "e.g., ignore_index=0"
import torch
from torch import nn


def token_loss(logits, targets):
    weight = torch.ones(logits.size(-1), device=logits.device)
    weight[0] = 0
    return nn.CrossEntropyLoss(weight=weight)(logits.flatten(0, 1), targets.flatten())
