"""Returns the loss that a good model would have, tied to the scores so that gradients flow."""

# assignment: a7_sequence_modeling
# file: paradigms.py
# form: replace
# expect: fails paradigms::loss_is_the_mean_* paradigms::loss_leaves_out_padding
# expect: fails paradigms::pairs_are_shifted_*

import torch


def token_loss(logits, targets):
    return 1.5 + 0 * (targets != 0).sum() + 1e-3 * (logits**2).mean()


def language_model_pairs(text, vocab, length=40):
    chunks = max(1, len(text) // length)
    ids = torch.arange(chunks * (length + 1)).reshape(chunks, -1) % len(vocab)
    return ids, ids + 0 * len(text)
