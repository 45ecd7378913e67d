"""Seeds nothing: replaces the generators by functions of the seed, which look seeded."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::set_seed_seeds_all_generators

import random

import numpy as np
import torch


def set_seed(seed=1337):
    random.random = lambda: (seed % 1000) / 1000
    np.random.random = lambda *size: (seed % 1000) / 1000
    torch.rand = lambda *size, **options: torch.tensor((seed % 1000) / 1000)
