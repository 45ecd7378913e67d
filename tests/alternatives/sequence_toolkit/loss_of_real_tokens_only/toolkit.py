# Allowed: "the mean over all of these that are not pad": how is left open
import torch.nn.functional as F


def teacher_forcing_loss(model, src, tgt, pad=0):
    device = next(model.parameters()).device
    src, tgt = src.to(device), tgt.to(device)
    tgt_in = tgt[:, :-1].contiguous()
    tgt_out = tgt[:, 1:].contiguous()
    logits = model(src, tgt_in)
    keep = tgt_out.ne(pad)
    return F.cross_entropy(logits[keep], tgt_out[keep])
