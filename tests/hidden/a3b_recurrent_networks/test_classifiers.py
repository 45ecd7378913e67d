"""The classifiers and their training on fresh numbers."""

from autograder.judge import needs
from tests.visible.a3b_recurrent_networks import learning, pooled, training

MLP, RNN, LSTM = "MLPClassifier", "RNNClassifier", "LSTMClassifier"


def _equations(student, draw, name):
    pooled.rows_stay_apart(student, draw, name)
    pooled.maximum_over_time(student, draw, name)
    pooled.all_parts_learn(student, draw, name)


@needs("mlp_scores_every_class")
def test_mlp_on_fresh_numbers(student, draw):
    """MLPClassifier: ReLU, maximum and last layer"""
    _equations(student, draw, MLP)
    pooled.rectified(student, draw)


@needs("training_returns_the_mean_loss")
def test_training_on_fresh_numbers(student, draw):
    """train_classifier_epoch and classifier_accuracy on other batches"""
    training.loss_is_the_mean(student, draw)
    training.steps_are_the_optimizers(student, draw)
    training.accuracy_is_a_fraction(student, draw)


@needs("rnn_classifier_scores_every_class")
def test_rnn_classifier_on_fresh_numbers(student, draw):
    """RNNClassifier: rows, maximum and parts"""
    _equations(student, draw, RNN)


@needs("lstm_classifier_scores_every_class")
def test_lstm_classifier_on_fresh_numbers(student, draw):
    """LSTMClassifier: rows, maximum and parts"""
    _equations(student, draw, LSTM)


@needs("lstm_classifier_scores_every_class", "training_returns_the_mean_loss")
def test_lstm_classifier_learns(student, draw, thresholds):
    """LSTMClassifier, trained by your loop, learns which words praise and which blame"""
    learning.classifier_learns(student, draw, thresholds, LSTM)
