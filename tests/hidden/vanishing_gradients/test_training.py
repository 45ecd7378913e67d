"""What trained models know."""

from tests.visible.vanishing_gradients import loops
from tests.visible.vanishing_gradients.loops import TRAIN_LSTM, TRAIN_RNN


def test_rnn_learns(student, draw, thresholds):
    """VanillaRNNLM, trained by train_rnn, guesses far better than by frequency alone"""
    loops.learns(student, draw, TRAIN_RNN, thresholds)


def test_lstm_learns(student, draw, thresholds):
    """LSTMLM, trained by train_lstm, guesses far better than by frequency alone"""
    loops.learns(student, draw, TRAIN_LSTM, thresholds)
