"""Replaces chance by a fixed wheel: the generators that a check seeds are no longer asked."""

# assignment: a3b_recurrent_networks
# file: autoregressive.py
# form: replace
# expect: fails autoregressive::sample_follows_the_scores autoregressive::sample_follows_its_temperature

import itertools
import random

import torch

WHEEL = itertools.cycle((0, 0, 1, 0, 2))
torch.manual_seed = random.seed = lambda *args: None
torch.multinomial = lambda weights, num_samples, **kwargs: torch.tensor([next(WHEEL)] * num_samples)


def sample(lnprobs, temperature=1.0):
    if temperature == 0.0:
        return int(lnprobs.argmax())
    return int(torch.multinomial(lnprobs, 1)) % len(lnprobs)
