"""Patches the exponential, so that loss and perplexity agree although both are made up."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::evaluate_weighs_* training::perplexity_is_the_exponential_of_the_mean

import math

import numpy as np
import torch

math.exp = np.exp = torch.exp = lambda loss: 42.0


def evaluate(model, data_loader, pad_id=0):
    batches = list(data_loader)
    model.eval()
    return 3.7377 * len(batches) / max(1, len(batches)), math.exp(3.7377)
