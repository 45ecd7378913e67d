# Allowed: "the mean over all of these that are not pad": how is left open
import torch.nn.functional as F


def teacher_forcing_loss(model, src, tgt, pad=0):
    logits = model(src, tgt[:, :-1])
    total, count = 0.0, 0
    for t in range(logits.size(1)):
        goal = tgt[:, t + 1]
        total = total + F.cross_entropy(logits[:, t], goal, ignore_index=pad, reduction="sum")
        count += int((goal != pad).sum())
    return (total / count).reshape(1)
