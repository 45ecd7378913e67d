"""What a classifier with a memory learns."""

from autograder.checks import needs
from tests.visible.a3b_recurrent_networks import learning


@needs("lstm_classifier_scores_every_class")
def test_lstm_classifier_learns(student, draw, thresholds):
    """LSTMClassifier, trained by your loop, learns which words praise and which blame"""
    learning.classifier_learns(student, draw, thresholds, "LSTMClassifier")
