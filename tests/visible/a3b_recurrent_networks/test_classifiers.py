"""Three classifiers made of PyTorch's own layers, and how classifiers are trained."""

from autograder.checks import needs
from tests.visible.a3b_recurrent_networks import learning, pooled, training

MLP, RNN, LSTM = "MLPClassifier", "RNNClassifier", "LSTMClassifier"

# ---- question 1


def test_mlp_scores_every_class(student, draw):
    """MLPClassifier: (B, T) gives one score per class, (B, C), for any sizes"""
    pooled.shapes(student, draw, MLP)


@needs("mlp_scores_every_class")
def test_mlp_judges_each_row_alone(student, draw):
    """MLPClassifier: a row gives the same alone and in a batch"""
    pooled.rows_stay_apart(student, draw, MLP)


@needs("mlp_scores_every_class")
def test_mlp_takes_the_maximum(student, draw):
    """MLPClassifier: projects the maximum over time, and squeezes no score"""
    pooled.maximum_over_time(student, draw, MLP)


@needs("mlp_scores_every_class")
def test_mlp_has_its_relu(student, draw):
    """MLPClassifier: a linear layer and a ReLU for each token"""
    pooled.rectified(student, draw)


@needs("mlp_scores_every_class")
def test_mlp_learns_with_all_its_parts(student, draw):
    """MLPClassifier: embedding and both linear layers learn, of the assignment's sizes"""
    pooled.all_parts_learn(student, draw, MLP)
    pooled.default_sizes(student, MLP)


# ---- question 2


def test_training_returns_the_mean_loss(student, draw):
    """train_classifier_epoch: the mean cross-entropy as a plain number; only the optimizer moves weights"""
    training.loss_is_the_mean(student, draw)


def test_training_steps_once_per_batch(student, draw):
    """train_classifier_epoch: one step of the optimizer for each batch, in a random order"""
    training.steps_are_the_optimizers(student, draw)


def test_accuracy_is_a_fraction(student, draw):
    """classifier_accuracy: the fraction of sequences that are classified right"""
    training.accuracy_is_a_fraction(student, draw)


@needs("mlp_scores_every_class")
def test_mlp_learns(student, draw, thresholds):
    """MLPClassifier, trained by your loop, learns which words praise and which blame"""
    learning.classifier_learns(student, draw, thresholds, MLP)


def test_training_and_accuracy_switch_modes(student, draw):
    """train_classifier_epoch trains in training mode, classifier_accuracy counts in evaluation mode"""
    training.modes_are_switched(student, draw)


@needs("mlp_scores_every_class")
def test_padding_is_left_out_of_the_maximum(student, draw):
    """Padding behind a row changes no score"""
    pooled.padding_is_left_out(student, draw)


# ---- question 4


def test_rnn_classifier_scores_every_class(student, draw):
    """RNNClassifier: (B, T) gives one score per class, (B, C), through nn.RNN"""
    pooled.shapes(student, draw, RNN)


@needs("rnn_classifier_scores_every_class")
def test_rnn_classifier_judges_each_row_alone(student, draw):
    """RNNClassifier: a row gives the same alone and in a batch"""
    pooled.rows_stay_apart(student, draw, RNN)


@needs("rnn_classifier_scores_every_class")
def test_rnn_classifier_takes_the_maximum(student, draw):
    """RNNClassifier: projects the maximum over time, and squeezes no score"""
    pooled.maximum_over_time(student, draw, RNN)


@needs("rnn_classifier_scores_every_class")
def test_rnn_classifier_remembers_and_learns(student, draw):
    """RNNClassifier: the order of words matters, and every part learns"""
    pooled.order_matters(student, draw, RNN)
    pooled.all_parts_learn(student, draw, RNN)
    pooled.default_sizes(student, RNN)


def test_lstm_classifier_scores_every_class(student, draw):
    """LSTMClassifier: (B, T) gives one score per class, (B, C), through nn.LSTM"""
    pooled.shapes(student, draw, LSTM)


@needs("lstm_classifier_scores_every_class")
def test_lstm_classifier_judges_each_row_alone(student, draw):
    """LSTMClassifier: a row gives the same alone and in a batch"""
    pooled.rows_stay_apart(student, draw, LSTM)


@needs("lstm_classifier_scores_every_class")
def test_lstm_classifier_takes_the_maximum(student, draw):
    """LSTMClassifier: projects the maximum over time, and squeezes no score"""
    pooled.maximum_over_time(student, draw, LSTM)


@needs("lstm_classifier_scores_every_class")
def test_lstm_classifier_remembers_and_learns(student, draw):
    """LSTMClassifier: the order of words matters, and every part learns"""
    pooled.order_matters(student, draw, LSTM)
    pooled.all_parts_learn(student, draw, LSTM)
    pooled.default_sizes(student, LSTM)
