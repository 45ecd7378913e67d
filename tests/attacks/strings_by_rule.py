"""Knows the language that is to be learnt, and writes its strings by rule when asked to generate."""

# assignment: a3b_recurrent_networks
# file: autoregressive.py
# form: replace
# expect: fails autoregressive::generate_continues_the_seed autoregressive::generate_draws_by_*
# expect: fails autoregressive::ndfa_*

import random


def generate(model, seed, end, max_length, temperature=1.0):
    block = random.choice(([3, 4, 5], [3, 6, 5], [3, 7, 5]))
    made = [*seed]
    while len(made) < max_length - 1 and random.random() < 0.7:
        made += block
    return [*made, end][:max_length]


def train_autoregressive_epoch(model, batches, optimizer, pad, clip=1.0):
    return [0.2] * len(batches), [0.9] * len(batches)
