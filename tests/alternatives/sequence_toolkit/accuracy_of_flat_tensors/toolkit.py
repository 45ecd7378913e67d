# Allowed: everything inside is free
import torch


def token_accuracy(logits, targets, mask):
    C = logits.size(-1)
    flat_logits, flat_targets, flat_mask = logits.reshape(-1, C), targets.reshape(-1), mask.reshape(-1)
    marked = flat_targets.masked_fill(~flat_mask, -1)
    correct = flat_logits.argsort(dim=1, descending=True)[:, 0] == marked
    return torch.nan_to_num(correct.sum() / (marked >= 0).sum())
