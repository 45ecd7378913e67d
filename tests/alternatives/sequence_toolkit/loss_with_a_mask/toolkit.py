# Allowed: "the mean over all of these that are not pad": how is left open
import torch


def teacher_forcing_loss(model, src, tgt, pad=0):
    decoder_input, decoder_target = tgt[:, :-1], tgt[:, 1:]
    log_probs = torch.log_softmax(model(src, decoder_input), dim=-1)
    picked = log_probs.gather(2, decoder_target.unsqueeze(2)).squeeze(2)
    mask = (decoder_target != pad).float()
    return -(picked * mask).sum() / mask.sum()
