"""What the notebook shows of both experiments. No points: people grade it, these are their notices."""

from autograder.checks import needs
from autograder.checks.notebook import was_run
from tests.visible.a7_sequence_modeling import evidence


def record(submission):
    """The numbers that the notebook's last cell recorded."""
    return evidence.record(submission.outputs)


def test_notebook_was_run_from_top_to_bottom(submission):
    """The notebook shows its outputs, each cell's from one run in order"""
    was_run(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_loss_curves_are_a_picture(submission):
    """The notebook shows a plot"""
    evidence.shows_a_picture(submission.outputs)


@needs("loss_curves_are_a_picture")
def test_four_curves_are_in_one_picture(submission):
    """The notebook shows the four loss curves in one plot"""
    evidence.shows_one_plot(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_seeds_are_fixed(submission):
    """The notebook fixes the seeds of its experiments"""
    evidence.fixes_seeds(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_results_are_recorded(submission):
    """The last cell recorded the results"""
    evidence.record(submission.outputs)


@needs("results_are_recorded")
def test_experiments_ran_in_full(submission):
    """The experiments ran on the real texts with the whole budget"""
    evidence.in_full(record(submission))


@needs("results_are_recorded")
def test_parameter_counts_are_those_of_your_networks(submission, student):
    """The four recorded parameter counts are those of your own classes"""
    evidence.counts_agree(student, record(submission))


@needs("experiments_ran_in_full")
def test_accuracies_are_plausible(submission):
    """Accuracies and losses are what such networks can reach"""
    evidence.is_plausible(record(submission))


@needs("results_are_recorded")
def test_two_sentences_for_each_of_two_authors(submission):
    """Two generated sentences as Shakespeare, two as Poe"""
    evidence.has_sentences(record(submission))


@needs("results_are_recorded")
def test_150_characters_after_the_summer(submission):
    """150 generated characters after "The summer\""""
    evidence.has_text(record(submission))
