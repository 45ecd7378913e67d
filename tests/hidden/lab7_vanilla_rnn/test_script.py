"""The same items on fresh numbers, each together with its canonical ones: all or nothing."""

import numpy as np

from autograder.judge import Draw
from tests.hidden.lab7_vanilla_rnn import reference
from tests.visible.lab7_vanilla_rnn import forward, sgd

WORDS = ("it", "was", "never", "a", "dull", "or", "slow", "story")


def fresh(draw):
    """Weights and sentences for which every usual φ tells neighbours apart: nothing can hide."""
    while True:
        given = forward.case(draw, WORDS, 4, (4, 2))
        scores = [np.array(reference.scores(given, phi)[:6]) for phi in reference.USUAL]
        if all(np.abs(each[1:] - each[0]).min() > 0.03 for each in scores):
            return given


def test_state_and_logits_follow_the_equations(student, submission, draw):
    """The hidden state and the logits follow the two equations, for any sizes and sentences"""
    forward.is_started(student, submission)
    forward.follows_the_equations(student, submission, forward.canonical(), forward.recorded)
    forward.follows_the_equations(student, submission, fresh(draw), reference.answers)


def test_every_sentence_takes_one_step(student, submission, draw):
    """Every sentence takes one exact step of gradient descent, for all five weights"""
    sgd.is_done_by_hand(student, submission)
    sgd.follows_the_slope(student, submission, Draw(0))
    sgd.follows_the_slope(student, submission, draw)
