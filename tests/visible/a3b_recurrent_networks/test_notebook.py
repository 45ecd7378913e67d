"""What the notebook shows of the experiments. No points: people grade it, these are their notices."""

from autograder.checks import needs, notebook
from tests.visible.a3b_recurrent_networks import evidence


def record(submission):
    """The numbers and samples that the notebook's last cell recorded."""
    return evidence.record(submission.outputs)


def test_notebook_was_run_from_top_to_bottom(submission):
    """The notebook shows its outputs, each cell's from one run in order"""
    notebook.was_run(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_curves_are_pictures(submission):
    """The notebook shows curves of loss and gradient norms"""
    evidence.shows_curves(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_results_are_recorded(submission):
    """The last cell recorded the results"""
    evidence.record(submission.outputs)


@needs("results_are_recorded")
def test_experiments_ran_in_full(submission):
    """The experiments ran on IMDb's reviews with the whole budget"""
    evidence.in_full(record(submission))


@needs("experiments_ran_in_full")
def test_accuracies_are_plausible(submission):
    """The MLP is above 60 %, and no accuracy is better than such models can be"""
    evidence.is_plausible(record(submission))


@needs("results_are_recorded")
def test_ten_samples_after_every_epoch(submission):
    """Ten samples after every epoch, for the automaton and for the brackets"""
    evidence.ten_samples_after_every_epoch(record(submission))


@needs("ten_samples_after_every_epoch")
def test_most_samples_are_right(submission):
    """After the last epoch most samples are strings of their language"""
    evidence.most_samples_are_right(record(submission))
