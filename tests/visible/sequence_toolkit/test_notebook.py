"""What the notebook shows of its experiments. No points: these are claims, told to people."""

from autograder.checks import needs
from autograder.checks.notebook import was_run
from tests.visible.sequence_toolkit import evidence


def record(submission):
    """The numbers that the notebook's last cell recorded."""
    return evidence.record(submission.outputs)


def test_notebook_was_run_from_top_to_bottom(submission):
    """The notebook shows its outputs, each cell's from one run in order"""
    was_run(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_norms_of_hidden_states_are_printed(submission):
    """The notebook shows the norms of the hidden states of RNN, GRU and LSTM"""
    evidence.norms_are_printed(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_results_are_recorded(submission):
    """The last cell recorded the results"""
    evidence.record(submission.outputs)


@needs("results_are_recorded")
def test_experiments_ran_in_full(submission):
    """The experiments ran with the whole budget"""
    evidence.in_full(record(submission))


@needs("experiments_ran_in_full")
def test_accuracies_are_plausible(submission):
    """Copying, reversing and tagging were learnt"""
    evidence.is_plausible(record(submission))
