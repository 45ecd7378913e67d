"""A data set of one's own. No points: data.py is given."""

from autograder.checks import needs
from tests.visible.vanishing_gradients import dataset


@needs("models::rnn_keeps_its_shapes")
def test_targets_are_the_next_tokens(student, draw):
    """LMDataset, if you wrote your own: the target of each token is the next one"""
    dataset.targets_are_the_next_tokens(student, draw)
