"""The two language models on fresh numbers, with any weights."""

from autograder.checks import needs
from tests.hidden.vanishing_gradients import parity
from tests.visible.vanishing_gradients import language_models as models
from tests.visible.vanishing_gradients.language_models import LSTM, RNN


@needs("rnn_keeps_its_shapes")
def test_rnn_follows_its_equation_for_any_weights(student, draw):
    """VanillaRNNLM: h_t = tanh(W_x e_t + W_h h_{t-1} + b), whatever the weights are"""
    parity.follows_equations(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_leaves_its_inputs_alone(student, draw):
    """VanillaRNNLM: the same input gives the same twice, and stays as it is"""
    models.same_again(student, draw, RNN)


@needs("lstm_keeps_its_shapes")
def test_lstm_follows_its_equations_for_any_weights(student, draw):
    """LSTMLM: the four gates, whatever the weights are"""
    parity.follows_equations(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_leaves_its_inputs_alone(student, draw):
    """LSTMLM: the same input gives the same twice, and stays as it is"""
    models.same_again(student, draw, LSTM)
