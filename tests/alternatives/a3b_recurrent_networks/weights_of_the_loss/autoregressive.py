# Allowed: "You can do this by passing a weight tensor to the cross-entropy function"
import torch
import torch.nn.functional as F


def token_loss(logits, targets, pad):
    b, t, v = logits.size()
    weight = torch.ones(v, device=logits.device)
    weight[pad] = 0.0
    loss = F.cross_entropy(logits.reshape(b * t, v), targets.reshape(b * t), weight=weight, reduction="sum")
    return loss / (targets != pad).float().sum()
