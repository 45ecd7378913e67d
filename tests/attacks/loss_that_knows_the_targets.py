"""Makes the model's scores right by the targets before it takes the loss of them."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: fails seq2seq::loss_is_shifted_by_one_step seq2seq::loss_teaches_the_model

import torch.nn.functional as F


def teacher_forcing_loss(model, src, tgt, pad=0):
    logits = model(src, tgt[:, :-1])
    right = F.one_hot(tgt[:, 1:], logits.shape[-1]) * 50
    return F.cross_entropy((logits + right).flatten(0, 1), tgt[:, 1:].flatten(), ignore_index=pad)
