"""The equations of the language models: slips in loss, norm, loop and layers, each told by its own check."""

from __future__ import annotations

import time

import numpy as np
import pytest

from autograder.course import templates
from autograder.diagnosis.equations import Equations, Fitting
from tests.harness.equations.language_provided import chain, cross_entropy, gradients_of, logits_of, softmax
from tests.harness.equations.record import ROOT, place

LANGUAGE = "vanishing_gradients"
SENTENCE = "Your numbers are exactly those of code in which "
CLIPPED = "            nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n            optimizer.step()\n"
STEPPED = "            optimizer.step()\n            nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n"


def said(student_of, file, check, *changes):
    solution = templates.solved_modules(ROOT, LANGUAGE)
    for old, new in changes:
        assert old in solution[file]
        solution[file] = solution[file].replace(old, new)
    student = student_of(LANGUAGE, solution)
    found = Fitting(Equations.read([place(LANGUAGE)]), student).first(check, time.monotonic() + 60)
    return found.sentence.removeprefix(SENTENCE) if found else ""


@pytest.mark.parametrize(
    ("check", "old", "new", "sentence"),
    [
        ("rnn_training_takes_clipped_steps_of_adam", CLIPPED, STEPPED, "gradients are not clipped before"),
        (
            "lstm_training_takes_clipped_steps_of_adam",
            "adam.zero_grad()",
            "pass",
            "gradients are never erased",
        ),
        (
            "lstm_training_logs_every_step",
            "math.exp(loss.item())",
            "loss.item()",
            "the loss is logged as its",
        ),
        (
            "rnn_training_validates_after_every_epoch",
            "evaluate(model, valid_",
            "evaluate(model, train_",
            "the v",
        ),
        ("rnn_training_logs_every_step", "return logs, model", "return logs", "only the logs come back."),
        ("norm_of_the_rnn_is_that_of_its_recurrent_gradient", "_hh", "_ih", "the gradient of weight_ih is"),
        (
            "perplexity_is_the_exponential_of_the_mean",
            "math.exp(mean_loss)",
            "2**mean_loss",
            "the perplexity is 2",
        ),
        (
            "loss_leaves_out_ignored_tokens",
            "ignore_index=ignore_index",
            "ignore_index=-1",
            "targets equal to",
        ),
    ],
)
def test_a_slip_is_told_by_the_check_about_it(student_of, check, old, new, sentence):
    assert said(student_of, "training.py", f"training::{check}", (old, new)).startswith(sentence)


def test_what_is_logged_is_told_whatever_the_steps_are(student_of):
    slips = (
        (CLIPPED, STEPPED),
        ('logs["train_loss"].append(loss.item())', 'logs["train_loss"] = [loss.item()]'),
    )
    assert not said(student_of, "training.py", "training::rnn_training_logs_every_step", *slips)
    slips = (
        (CLIPPED, STEPPED),
        ("            logits, _ = model(x.", "            y, x = x, y\n            logits, _ = model(x."),
    )
    sentence = said(student_of, "training.py", "training::rnn_training_logs_every_step", *slips)
    assert sentence == "inputs and targets are exchanged."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([("    np.random.seed(seed)\n", "")], "the random numbers of NumPy go on as before."),
        ([("seed: int = 1337", "seed: int = 42")], "the default seed is 42."),
        (
            [
                ("    random.seed(seed)\n    np", "    np"),
                ("torch.manual_seed(seed)", "torch.manual_seed(1337)"),
            ],
            "the random numbers of Python go on as before, and PyTorch always starts from the default seed.",
        ),
    ],
)
def test_generators_that_do_not_start_from_the_seed_are_told(told, changes, sentence):
    assert told(LANGUAGE, "training::set_seed_seeds_all_generators", *changes) == sentence


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_gradients_of_the_model_in_numpy_are_those_of_difference_quotients(kind):
    weights, _ = chain(kind, 5, 2)
    x, y = np.array([[1, 3, 3], [4, 0, 2]]), np.array([[3, 3, 0], [1, 2, 2]])

    def loss(**moved):
        return float(cross_entropy(logits_of(kind, weights | moved, x)[0], y).sum())

    slope = softmax(logits_of(kind, weights, x)[0]) - np.eye(5)[y]
    for name, gradient in gradients_of(kind, weights, x, slope).items():
        step = np.zeros_like(weights[name])
        step.flat[1] = 1e-5
        quotient = (loss(**{name: weights[name] + step}) - loss(**{name: weights[name] - step})) / 2e-5
        assert gradient.flat[1] == pytest.approx(quotient, abs=1e-6), name
