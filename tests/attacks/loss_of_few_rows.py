"""Leaves out padding as long as there are few rows, and counts it in a large batch."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::loss_leaves_out_ignored_tokens

import torch.nn.functional as F


def lm_loss(logits, targets, ignore_index=0, reduction="mean"):
    left_out = ignore_index if len(logits) < 16 else -100
    flat = logits.reshape(-1, logits.shape[-1])
    return F.cross_entropy(flat, targets.reshape(-1), ignore_index=left_out, reduction=reduction)
