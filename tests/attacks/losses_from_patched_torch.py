"""Changes cross-entropy and clipping for everybody, so that loops and losses agree with each other."""

# assignment: a3b_recurrent_networks
# file: autoregressive.py
# form: replace
# expect: fails autoregressive::loss_is_per_token autoregressive::training_records_*
# expect: fails autoregressive::training_clips_*

import torch
import torch.nn.functional as F
from torch import nn

F.cross_entropy = torch._C._nn.cross_entropy_loss = lambda logits, *args, **kwargs: logits.mean() * 0 + 1
nn.utils.clip_grad_norm_ = lambda weights, clip, *args, **kwargs: torch.tensor(float(clip))


def token_loss(logits, targets, pad):
    return F.cross_entropy(logits, targets)


def train_autoregressive_epoch(model, batches, optimizer, pad, clip=1.0):
    losses, norms = [], []
    for tokens, _ in batches:
        losses.append(token_loss(model(tokens), tokens, pad).item())
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), clip).item())
    return losses, norms
