# Allowed: the text says "e.g., ignore_index=0"
import torch


def token_loss(logits, targets):
    real = targets != 0
    log_probabilities = torch.log_softmax(logits, dim=-1)
    picked = log_probabilities.gather(2, targets.unsqueeze(2)).squeeze(2)
    return -(picked * real).sum() / real.sum()
