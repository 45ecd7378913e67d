"""What the notebook shows of both trainings. No points: people look at it, these are their notices."""

from autograder.checks import needs, notebook
from tests.visible.vanishing_gradients import evidence


def record(submission):
    """The numbers that the notebook's last cell recorded."""
    return evidence.record(submission.outputs)


def test_notebook_was_run_from_top_to_bottom(submission):
    """The notebook shows its outputs, each cell's from one run in order"""
    notebook.was_run(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_four_plots_are_shown(submission):
    """The notebook shows the four plots"""
    evidence.shows_four_plots(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_summary_table_is_shown(submission):
    """The notebook shows the summary of both models"""
    evidence.shows_the_table(submission.outputs)


@needs("notebook_was_run_from_top_to_bottom")
def test_results_are_recorded(submission):
    """The last cell recorded the results"""
    evidence.record(submission.outputs)


@needs("results_are_recorded")
def test_experiments_ran_in_full(submission):
    """The experiments ran on WikiText-2 with a budget that says something"""
    evidence.in_full(record(submission))


@needs("experiments_ran_in_full")
def test_perplexities_are_plausible(submission):
    """Both models guess better than by frequency, and perplexity is exp(loss)"""
    evidence.is_plausible(record(submission))
