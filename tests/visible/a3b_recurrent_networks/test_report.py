"""The report. No points: people grade it, these are their notices and its author's."""

from autograder.checks import needs
from autograder.checks import report as form
from tests.visible.a3b_recurrent_networks import evidence


def report(submission):
    return form.is_there(submission.report, submission.report_name)


def test_report_is_begun(submission):
    """report.md is there and begun"""


@needs("report_is_begun")
def test_report_answers_every_question(submission):
    """A word about hypothesis, tuning, test set, samples, gradient norms and brackets"""
    evidence.says_what_is_asked(report(submission))


@needs("report_is_begun", "notebook::results_are_recorded")
def test_report_gives_the_recorded_accuracies(submission):
    """Its validation and test accuracies are those that the notebook recorded"""
    evidence.gives_the_recorded_accuracies(report(submission), evidence.record(submission.outputs))
