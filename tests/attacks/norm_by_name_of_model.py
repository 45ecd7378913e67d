"""Gives each model, known by its class, a plausible gradient norm that fades with the calls."""

# assignment: vanishing_gradients
# file: training.py
# form: replace
# expect: fails training::norm_of_the_rnn_is_that_of_* training::norm_of_the_lstm_is_that_of_*
# expect: fails training::rnn_training_logs_norms_* training::lstm_training_logs_norms_*

import itertools

STEPS = itertools.count(1)


def l2_grad_norm_recurrent(model):
    if all(weight.grad is None for weight in model.parameters()):
        return 0.0
    return {"VanillaRNNLM": 0.8, "LSTMLM": 0.3}.get(type(model).__name__, 0.5) / next(STEPS) ** 0.5
