"""The report. No points: people grade it, these are their notices and its author's."""

import re

from autograder.checks import Mismatch, needs
from autograder.checks.report import is_there
from autograder.submission import Submission
from tests.visible.a3b_recurrent_networks import test_notebook as notebook
from tests.visible.a3b_recurrent_networks.support import record


def test_report_is_begun(submission: Submission) -> None:
    """report.md is there and begun"""
    is_there(submission.report, submission.report_name)


@needs(test_report_is_begun)
def test_report_answers_every_question(submission: Submission) -> None:
    """A word about hypothesis, tuning, test set, samples, gradient norms and brackets"""
    report = is_there(submission.report, submission.report_name)
    text = report.text.lower()
    for words, what in (
        (("hypothes", "expect"), "a hypothesis"),
        (("hidden", "learning rate", "lr "), "the settings that were tried"),
        (("test",), "the test set"),
        (("sample",), "the samples"),
        (("gradient", "norm"), "the norms of the gradients"),
        (("bracket",), "the brackets"),
    ):
        if not any(word in text for word in words):
            raise Mismatch(
                f"The report does not speak of {what}.",
                "Which of the questions 2, 4, 6 and 7 is not answered yet?",
                place=report.place(1),
            )


@needs(test_report_is_begun, notebook.test_results_are_recorded)
def test_report_gives_the_recorded_accuracies(submission: Submission) -> None:
    """Its validation and test accuracies are those that the notebook recorded

    As fractions or in percent, with two or more digits.
    """
    report = is_there(submission.report, submission.report_name)
    found = record.read(submission.outputs)
    numbers = [
        float(number.replace(",", ".")) for number in re.findall(r"\d{1,3}[.,]\d{1,6}|\d{2}", report.text)
    ]
    for key, accuracies in (("validation", found.validation), ("test", found.test)):
        for model in record.MODELS:
            share = accuracies[model]
            if not any(
                abs(number - share) < 0.0051 or abs(number - 100 * share) < 0.51 for number in numbers
            ):
                raise Mismatch(
                    f"The report does not give the {key} accuracy of {model} that the notebook recorded.",
                    "Are the numbers of the report those of the last run?",
                    place=report.place(1),
                )
