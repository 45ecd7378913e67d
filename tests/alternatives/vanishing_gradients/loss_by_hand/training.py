# Allowed: any code of the same loss: log-probabilities, the ones of the targets, a mask
import math

import torch


def lm_loss(logits, targets, ignore_index=0, reduction="mean"):
    log_probs = torch.log_softmax(logits, dim=-1)
    keep = targets != ignore_index
    safe = torch.where(keep, targets, torch.zeros_like(targets))
    picked = log_probs.gather(-1, safe.unsqueeze(-1)).squeeze(-1)
    total = -(picked * keep).sum()
    return total / keep.sum() if reduction == "mean" else total


def evaluate(model, data_loader, pad_id=0):
    was_training = model.training
    model.eval()
    losses = []
    with torch.inference_mode():
        for inputs, targets in data_loader:
            logits = model(inputs)[0]
            mask = targets.ne(pad_id)
            per_token = -torch.log_softmax(logits, -1)[mask].gather(1, targets[mask][:, None])
            losses.append(per_token.flatten())
    mean = torch.cat(losses).mean().item()
    model.train(was_training)
    return mean, math.exp(mean)
