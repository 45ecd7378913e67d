"""The script, run with weights and sentences of the grader's. Four items, each all or nothing."""

from autograder.checks import needs
from tests.visible.lab7_vanilla_rnn import forward, given, predictions, sgd, weights


def test_weights_are_initialised(student, submission):
    """The five weights have their shapes, require gradients, and no matrix is all zeros"""
    weights.are_initialised(student, submission)


def test_state_and_logits_follow_the_equations(student, submission):
    """The hidden state and the logits follow the two equations, for any sizes and sentences"""
    forward.is_started(student, submission)
    forward.follows_the_equations(student, submission, forward.canonical(), forward.recorded)
    forward.holds_over_many_words(student, submission, forward.canonical_long(), forward.recorded)


def test_every_sentence_takes_one_step(student, submission):
    """Every sentence takes one exact step of gradient descent, for all five weights"""
    sgd.is_done_by_hand(student, submission)
    sgd.follows_the_slope(student, submission, sgd.canonical())
    sgd.reaches_far_back(student, submission, sgd.canonical_long())


def test_good_is_1_and_bad_is_0(student, submission):
    """Your own run predicts 1 for the good sentence and 0 for the bad one"""
    predictions.are_right(student, submission)


@needs("good_is_1_and_bad_is_0")
def test_losses_are_those_of_the_handout(student, say):
    """Your losses beside those that the handout prints"""
    say(predictions.losses_of_the_handout(student))


def test_given_lines_are_kept(student, submission):
    """The given constants, the loss and what loss_history holds are as in the handout"""
    given.lines_are_kept(student, submission)


def test_all_is_handed_in(submission, say):
    """The loss plot, and what else the handout asks you to hand in"""
    say(given.is_all_handed_in(submission))
