"""The same items on numbers of the submission's own, with the reference in the place of recorded answers."""

from autograder.checks import Draw, Student
from autograder.submission import Submission
from tests.hidden.lab7_vanilla_rnn.support import fresh, reference
from tests.visible.lab7_vanilla_rnn import test_script as visible


def test_state_and_logits_follow_the_equations(student: Student, submission: Submission, draw: Draw) -> None:
    """The hidden state and the logits follow the two equations, for any sizes and sentences"""
    cases = (fresh.case, fresh.long_case)
    visible.test_state_and_logits_follow_the_equations(student, submission, draw, cases, reference.answers)


def test_every_sentence_takes_one_step(student: Student, submission: Submission, draw: Draw) -> None:
    """Every sentence takes one exact step of gradient descent, for all five weights"""
    visible.test_every_sentence_takes_one_step(student, submission, draw, fresh.lesson, fresh.long_lesson)
