"""The two language models."""

from autograder.checks import needs
from tests.visible.vanishing_gradients import distance
from tests.visible.vanishing_gradients import language_models as models
from tests.visible.vanishing_gradients.language_models import LSTM, RNN

# ---- VanillaRNNLM


def test_rnn_keeps_its_shapes(student, draw):
    """VanillaRNNLM: tokens (B, T) give logits (B, T, V) and the last state (B, H)"""
    models.shapes(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_has_the_default_sizes(student, draw):
    """VanillaRNNLM: embeddings of 128 and states of 256 numbers, unless others are asked for"""
    models.default_sizes(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_follows_its_equation(student, draw):
    """VanillaRNNLM: one layer, h_t = tanh(W_x e_t + W_h h_{t-1} + b)"""
    models.follows_torch(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_hands_its_state_on(student, draw):
    """VanillaRNNLM: a sequence in two parts, the state passed on, gives what the whole gives"""
    models.hands_its_state_on(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_never_looks_ahead(student, draw):
    """VanillaRNNLM: the logits of a step know its token and none after it"""
    models.never_looks_ahead(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_rows_stay_apart(student, draw):
    """VanillaRNNLM: a row gives the same alone and in a batch"""
    models.rows_stay_apart(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_logits_come_from_its_states(student, draw):
    """VanillaRNNLM: the logits are the linear layer of each step's state, as they are"""
    models.logits_come_from_states(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_padding_stays_zero(student, draw):
    """VanillaRNNLM: the embedding of pad_idx is zero and never learns"""
    models.padding_is_zero(student, draw, RNN)


@needs("rnn_keeps_its_shapes")
def test_rnn_learns_with_all_its_weights(student, draw):
    """VanillaRNNLM: embedding, recurrent layer and linear layer all get gradients, through every step"""
    models.learns_with_all_its_weights(student, draw, RNN)


# ---- LSTMLM


def test_lstm_keeps_its_shapes(student, draw):
    """LSTMLM: tokens (B, T) give logits (B, T, V) and the last state (h, c), (1, B, H) each"""
    models.shapes(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_has_the_default_sizes(student, draw):
    """LSTMLM: embeddings of 128 and states of 256 numbers, unless others are asked for"""
    models.default_sizes(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_follows_its_equations(student, draw):
    """LSTMLM: one layer, as in nn.LSTM"""
    models.follows_torch(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_hands_its_state_on(student, draw):
    """LSTMLM: a sequence in two parts, the state passed on, gives what the whole gives"""
    models.hands_its_state_on(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_never_looks_ahead(student, draw):
    """LSTMLM: the logits of a step know its token and none after it"""
    models.never_looks_ahead(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_rows_stay_apart(student, draw):
    """LSTMLM: a row gives the same alone and in a batch"""
    models.rows_stay_apart(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_logits_come_from_its_states(student, draw):
    """LSTMLM: the logits are the linear layer of each step's hidden state, as they are"""
    models.logits_come_from_states(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_padding_stays_zero(student, draw):
    """LSTMLM: the embedding of pad_idx is zero and never learns"""
    models.padding_is_zero(student, draw, LSTM)


@needs("lstm_keeps_its_shapes")
def test_lstm_learns_with_all_its_weights(student, draw):
    """LSTMLM: embedding, recurrent layer and linear layer all get gradients, through every step"""
    models.learns_with_all_its_weights(student, draw, LSTM)


# ---- both


@needs("rnn_keeps_its_shapes", "lstm_keeps_its_shapes")
def test_gradients_fade_with_distance(student, draw, say):
    """How much of the gradient is left twenty steps back, untrained"""
    say(distance.ratio(student, draw))
