"""The two questions. No points: people grade the answers, these are remarks about what is missing."""

from autograder.checks import needs
from tests.visible.lab7_vanilla_rnn import answers


def text(submission):
    return answers.Answers(submission.report, submission.report_name)


def test_answers_are_there(submission):
    """answers.md is there and begun"""
    text(submission).are_begun()


@needs("answers_are_there")
def test_question_5_is_answered(submission):
    """Question 5: what the hidden state represents"""
    text(submission).has("5")


@needs("answers_are_there")
def test_question_6_is_answered(submission):
    """Question 6: why RNNs are hard to train"""
    text(submission).has("6")
