"""The form of the report. No points: people grade it, these are their notices and its author's."""

from autograder.checks import Mismatch, needs
from autograder.checks import report as form
from tests.visible.a7_sequence_modeling import evidence, results_table


def report(submission):
    return form.is_there(submission.report, submission.report_name)


def test_report_is_begun(submission):
    """report.md is there and begun"""
    report(submission)


@needs("report_is_begun")
def test_report_has_five_sections(submission):
    """Exactly five sections with Markdown headers"""
    form.has_five_sections(report(submission))


@needs("report_is_begun")
def test_report_keeps_to_its_length(submission, say):
    """At most 7,500 characters"""
    say(form.is_short_enough(report(submission)))


@needs("report_is_begun")
def test_report_holds_no_pictures(submission):
    """Text and tables only, no pictures"""
    form.has_no_pictures(report(submission))


@needs("report_has_five_sections")
def test_takeaway_has_a_number(submission):
    """Section 1 gives a number for its claim"""
    form.takeaway_has_a_number(report(submission))


@needs("report_has_five_sections")
def test_results_table_is_whole(submission):
    """Section 2 has the results table: four networks, three numbers each"""
    results_table.find(report(submission))


@needs("results_table_is_whole")
def test_accuracies_share_one_unit(submission):
    """The table's accuracies are all fractions or all percentages"""
    results_table.uses_one_unit(results_table.find(report(submission)), report(submission))


@needs("results_table_is_whole")
def test_losses_are_means(submission):
    """The table's training losses are means over the sentences"""
    results_table.losses_are_means(results_table.find(report(submission)), report(submission))


@needs("results_table_is_whole")
def test_table_agrees_with_the_notebook(submission, student):
    """The table's numbers are those that the notebook recorded"""
    try:
        record = evidence.record(submission.outputs)
    except Mismatch:
        return  # the notebook's own finding
    results_table.agrees_with_the_notebook(
        results_table.find(report(submission)),
        report(submission),
        record,
        counts=lambda network: evidence.accepted_counts(student, record, network),
    )
