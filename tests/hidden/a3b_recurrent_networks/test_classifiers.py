"""What a classifier with a memory learns."""

from autograder.checks import Draw, Student, Thresholds, needs
from tests.visible.a3b_recurrent_networks import test_classifiers as visible
from tests.visible.a3b_recurrent_networks.support.pooled import LSTM


@needs(visible.test_lstm_classifier_scores_every_class)
def test_lstm_classifier_learns(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """LSTMClassifier, trained by your loop, learns which words praise and which blame"""
    visible.test_mlp_learns(student, draw, thresholds, LSTM)
