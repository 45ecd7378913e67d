"""Both names and the four answers. No points by machine: people read them, these are their notices."""

from tests.visible.vanishing_gradients import answers


def given(submission):
    """Both names, from wherever they stand."""
    return answers.names(submission.report, [source.text for source in submission.sources.values()])


def test_both_names_are_given(submission, say):
    """your_name and your_partner_name are given"""
    say(answers.names_are_given(given(submission)))


def test_question_1_is_answered(submission):
    """Question 1, evidence of vanishing gradients, has an answer"""
    answers.answer_is_there(submission.report, submission.report_name, 1)


def test_question_2_is_answered(submission):
    """Question 2, perplexity of both models, has an answer"""
    answers.answer_is_there(submission.report, submission.report_name, 2)


def test_question_3_is_answered(submission):
    """Question 3, a longer SEQ_LEN, has an answer"""
    answers.answer_is_there(submission.report, submission.report_name, 3)


def test_question_4_is_answered(submission):
    """Question 4, from 30 to 90 steps, has an answer"""
    answers.answer_is_there(submission.report, submission.report_name, 4)
