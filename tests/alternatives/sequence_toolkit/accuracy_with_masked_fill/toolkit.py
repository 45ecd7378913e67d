# Allowed: everything inside is free
import torch


def token_accuracy(logits, targets, mask):
    best = torch.max(logits, dim=2)[1]
    hits = torch.where(mask, (best == targets).double(), torch.zeros((), dtype=torch.double))
    count = mask.double().sum()
    return (hits.sum() / count) if count > 0 else torch.tensor(0.0)
