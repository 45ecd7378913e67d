"""The form of the report. No points: people grade it, these are their notices and its author's."""

from collections.abc import Callable

from autograder.checks import Mismatch, Student, needs
from autograder.checks.report import Report, is_there
from autograder.submission import Submission
from tests.visible.a7_sequence_modeling.support import record, report_rules, results_table
from tests.visible.a7_sequence_modeling.support.record import NETWORKS
from tests.visible.a7_sequence_modeling.support.results_table import COLUMNS, Results


def test_report_is_begun(submission: Submission) -> None:
    """report.md is there and begun"""
    _report(submission)


@needs(test_report_is_begun)
def test_report_has_five_sections(submission: Submission) -> None:
    """Exactly five sections with Markdown headers"""
    report_rules.has_five_sections(_report(submission))


@needs(test_report_is_begun)
def test_report_keeps_to_its_length(submission: Submission, say: Callable[[str], None]) -> None:
    """At most 7,500 characters"""
    say(report_rules.is_short_enough(_report(submission)))


@needs(test_report_is_begun)
def test_report_holds_no_pictures(submission: Submission) -> None:
    """Text and tables only, no pictures"""
    report_rules.has_no_pictures(_report(submission))


@needs(test_report_has_five_sections)
def test_takeaway_has_a_number(submission: Submission) -> None:
    """Section 1 gives a number for its claim"""
    report_rules.takeaway_has_a_number(_report(submission))


@needs(test_report_has_five_sections)
def test_results_table_is_whole(submission: Submission) -> None:
    """Section 2 has the results table: four networks, three numbers each"""
    _results(submission)


@needs(test_results_table_is_whole)
def test_accuracies_share_one_unit(submission: Submission) -> None:
    """The table's accuracies are all fractions or all percentages"""
    report, results = _report(submission), _results(submission)
    accuracies = [results.numbers[network, "accuracy"] for network in NETWORKS]
    if len({number.percent for number in accuracies}) > 1:
        odd = min(accuracies, key=lambda each: sum(each.percent == other.percent for other in accuracies))
        raise Mismatch(
            "The accuracies mix percentages and fractions.",
            "Which of the two shall the column hold?",
            place=report.place(odd.line),
        )
    for number in accuracies:
        if not 0 <= number.value <= 1:
            raise Mismatch("A test accuracy is not between 0 and 100 %.", place=report.place(number.line))


@needs(test_results_table_is_whole)
def test_losses_are_means(submission: Submission) -> None:
    """The table's training losses are means over the sentences"""
    report, results = _report(submission), _results(submission)
    for network, (name, _, _) in NETWORKS.items():
        number = results.numbers[network, "loss"]
        if number.value > record.NOT_A_MEAN:
            raise Mismatch(
                f"The training loss of the {name} is far above the {record.UNTRAINED:.2f} that equal scores "
                "for three authors give.",
                "Is your loss a mean over the sentences, or a sum over the batches?",
                place=report.place(number.line),
            )


@needs(test_results_table_is_whole)
def test_table_agrees_with_the_notebook(submission: Submission, student: Student) -> None:
    """The table's numbers are those that the notebook recorded"""
    try:
        recorded = record.read(submission.outputs)
    except Mismatch:
        return  # the notebook's own finding
    for (network, column), number in _results(submission).numbers.items():
        ran = recorded.networks[network]
        wanted = {"parameters": ran.parameters, "loss": ran.losses[-1], "accuracy": ran.accuracy}[column]
        if number.agrees(wanted):
            continue
        if column == "parameters" and any(
            map(number.agrees, record.accepted_counts(student, recorded, network))
        ):
            continue
        shown = ",.0f" if column == "parameters" else ".3f"
        raise Mismatch(
            f"The {COLUMNS[column]} of the {NETWORKS[network][0]} is {number.value:{shown}} in the report, "
            f"{wanted:{shown}} in the notebook's record.",
            "Are both from the same run?",
            place=_report(submission).place(number.line),
        )


def _report(submission: Submission) -> Report:
    return is_there(submission.report, submission.report_name, report_rules.SECTIONS)


def _results(submission: Submission) -> Results:
    return results_table.find(_report(submission))
