"""Loss, evaluation and training on fresh numbers, and what trained models know."""

from autograder.judge import needs
from tests.visible.vanishing_gradients import loops, losses
from tests.visible.vanishing_gradients.language_models import LSTM, RNN
from tests.visible.vanishing_gradients.loops import TRAIN_LSTM, TRAIN_RNN


@needs("loss_is_the_mean_cross_entropy")
def test_loss_on_fresh_numbers(student, draw):
    """lm_loss: mean, gradient, ignored targets and sum on other numbers"""
    losses.mean_of_all_tokens(student, draw.child("mean"))
    losses.ignored_tokens(student, draw.child("ignored"))
    losses.sum_of_tokens(student, draw.child("sum"))


@needs("evaluate_weighs_every_token_alike")
def test_evaluate_on_fresh_numbers(student, draw):
    """evaluate: tokens, padding and perplexity of other batches"""
    losses.weighs_tokens(student, draw.child("tokens"))
    losses.leaves_padding_out(student, draw.child("padding"))
    losses.perplexity(student, draw.child("perplexity"))


def test_norms_on_fresh_numbers(student, draw):
    """l2_grad_norm_recurrent: both models with other gradients"""
    losses.norm_of_recurrent_gradient(student, draw.child("rnn"), RNN)
    losses.norm_of_recurrent_gradient(student, draw.child("lstm"), LSTM)


@needs("rnn_training_logs_every_step")
def test_rnn_training_on_fresh_numbers(student, draw):
    """train_rnn: logs, validation and steps on other batches"""
    loops.logs_every_step(student, draw.child("logs"), TRAIN_RNN)
    loops.validates_after_every_epoch(student, draw.child("validation"), TRAIN_RNN)
    loops.takes_clipped_steps_of_adam(student, draw.child("steps"), TRAIN_RNN)


def test_rnn_learns(student, draw, thresholds):
    """VanillaRNNLM, trained by train_rnn, guesses far better than by frequency alone"""
    loops.learns(student, draw, TRAIN_RNN, thresholds)


@needs("lstm_training_logs_every_step")
def test_lstm_training_on_fresh_numbers(student, draw):
    """train_lstm: logs, validation and steps on other batches"""
    loops.logs_every_step(student, draw.child("logs"), TRAIN_LSTM)
    loops.validates_after_every_epoch(student, draw.child("validation"), TRAIN_LSTM)
    loops.takes_clipped_steps_of_adam(student, draw.child("steps"), TRAIN_LSTM)


def test_lstm_learns(student, draw, thresholds):
    """LSTMLM, trained by train_lstm, guesses far better than by frequency alone"""
    loops.learns(student, draw, TRAIN_LSTM, thresholds)
