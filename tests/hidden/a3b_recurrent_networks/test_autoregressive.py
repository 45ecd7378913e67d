"""What the autoregressive LSTM learns of brackets."""

from autograder.checks import needs
from tests.visible.a3b_recurrent_networks import learning


@needs("char_lstm_scores_every_token")
def test_brackets_are_learnt(student, draw, thresholds):
    """CharLSTM, trained by your loop, learns to close its brackets"""
    learning.brackets_are_learnt(student, draw, thresholds)
