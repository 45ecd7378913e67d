# Allowed: tgt[:, :-1] and all of tgt give the same scores before the last step, which is not scored
import torch.nn.functional as F


def teacher_forcing_loss(model, src, tgt, pad=0):
    logits = model(src, tgt)[:, :-1]
    return F.cross_entropy(logits.reshape(-1, logits.size(-1)), tgt[:, 1:].reshape(-1), ignore_index=pad)
