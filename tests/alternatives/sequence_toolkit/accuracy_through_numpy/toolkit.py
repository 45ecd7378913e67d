# Allowed: everything inside is free; nothing learns from an accuracy
import numpy as np
import torch


def token_accuracy(logits, targets, mask):
    predictions = logits.detach().cpu().numpy().argmax(axis=-1)
    keep = mask.cpu().numpy().astype(bool)
    if not keep.any():
        return torch.tensor(float("nan"))
    return torch.tensor(np.mean(predictions[keep] == targets.cpu().numpy()[keep]))
