"""The cells held to the reference, wherever they keep their weights: in the place of the recorded answers."""

from autograder.checks import needs
from tests.hidden.a7_sequence_modeling import parity


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_follows_its_equation(student, draw):
    """VanillaRNNCell computes h = tanh(W_h h + W_x x + b) for any weights"""
    parity.judge(student, "VanillaRNNCell", "rnn", draw)


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_follows_its_equations(student, draw):
    """LSTMCell computes C = f⊙C + i⊙C̃ and h = o⊙tanh(C) for any weights"""
    parity.judge(student, "LSTMCell", "lstm", draw)


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_follows_its_equations(student, draw):
    """GRUCell computes h = (1-z)⊙h + z⊙h̃ with h̃ = tanh(W[r⊙h, x]) for any weights"""
    parity.judge(student, "GRUCell", "gru", draw)
