"""The equations of lab 7: slips in the state, in the test and in single weights' steps are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from tests.harness.equations import lab7_step
from tests.harness.equations.lab7_forward import NAMES, case, cross_entropy, run, scores

LAB = "lab7_vanilla_rnn"
STEP = "script::every_sentence_takes_one_step"


def test_steps_of_two_weights_are_told_together(told):
    sentence = told(
        LAB, STEP, ("W -= learning_rate * W.grad", "pass"), ("    b -= learning", "    b += learning")
    )
    assert sentence == "W gets no step, and the step of b goes uphill."


@pytest.mark.parametrize("phi", ["sigmoid", "relu", "nn.functional.elu"])
def test_a_slip_is_told_with_another_activation_that_is_right(told, phi):
    slip = ("W_out @ s_t + b_out", "W_out @ s_t - b_out")
    sentence = told(
        LAB, "script::state_and_logits_follow_the_equations", ("torch.tanh", f"torch.{phi}"), slip
    )
    assert sentence == "b_out is subtracted."


def test_a_slip_in_the_state_comes_before_all_that_follows_from_it(told):
    assert told(LAB, STEP, ("U @ x_t + b", "U @ x_t - b")) == "b is subtracted inside φ."


def test_a_test_of_the_lower_score_is_told(told):
    sentence = told(LAB, "script::good_is_1_and_bad_is_0", ("torch.argmax", "torch.argmin"))
    assert sentence == "the class with the lower score is taken."


def test_gradients_are_the_slopes_of_the_loss():
    some = case(3, 4, 4, [1], 1, 0.8)
    [(words, label)] = some.sentences

    def loss(weights):
        return float(cross_entropy(scores(weights, run(weights, words)), label))

    found = lab7_step.gradients(some.weights, words, label, "tanh", "through all words")
    for name in NAMES:
        way = np.sin(1.0 + np.arange(some.weights[name].size)).reshape(some.weights[name].shape)
        up, down = (some.weights | {name: some.weights[name] + move * way} for move in (1e-5, -1e-5))
        assert (loss(up) - loss(down)) / 2e-5 == pytest.approx((found[name] * way).sum(), rel=1e-6)
