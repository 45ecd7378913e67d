"""The same items on numbers of the submission's own, with the reference in the place of recorded answers."""

from tests.hidden.lab7_vanilla_rnn import fresh, reference
from tests.visible.lab7_vanilla_rnn import forward, sgd


def test_state_and_logits_follow_the_equations(student, submission, draw):
    """The hidden state and the logits follow the two equations, for any sizes and sentences"""
    forward.is_started(student, submission)
    forward.follows_the_equations(student, submission, fresh.sentences(draw), reference.answers)
    forward.holds_over_many_words(student, submission, fresh.long_sentences(draw), reference.answers)


def test_every_sentence_takes_one_step(student, submission, draw):
    """Every sentence takes one exact step of gradient descent, for all five weights"""
    sgd.is_done_by_hand(student, submission)
    sgd.follows_the_slope(student, submission, fresh.lessons(draw))
    sgd.reaches_far_back(student, submission, fresh.long_lesson(draw))
