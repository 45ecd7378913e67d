"""The autoregressive LSTM on fresh numbers."""

from autograder.judge import needs
from tests.visible.a3b_recurrent_networks import language, learning, sampling, training


@needs("char_lstm_scores_every_token")
def test_char_lstm_on_fresh_numbers(student, draw):
    """CharLSTM: rows, steps and states, with more layers"""
    language.rows_stay_apart(student, draw)
    language.never_looks_ahead(student, draw)
    language.states_are_those_of_an_lstm(student, draw)
    language.states_are_those_of_an_lstm(student, draw, layers=3)


@needs("sample_follows_the_scores")
def test_sample_on_fresh_numbers(student, draw):
    """sample: other scores and temperatures"""
    sampling.likeliest_at_zero(student, draw)
    sampling.follows_the_scores(student, draw)
    sampling.follows_the_scores(student, draw.child("low"), 0.6)


@needs("generate_continues_the_seed")
def test_generate_on_fresh_numbers(student, draw):
    """generate: other models, seeds and ends"""
    sampling.continues_the_seed(student, draw)
    sampling.stops_at_the_end(student, draw)


@needs("loss_is_per_token")
def test_loss_on_fresh_numbers(student, draw):
    """token_loss: other scores and lengths"""
    language.loss_is_per_token(student, draw)


@needs("training_records_losses_and_norms")
def test_training_on_fresh_numbers(student, draw):
    """train_autoregressive_epoch: other batches, other ids of padding"""
    training.losses_and_norms(student, draw, pad=int(draw.integers(3, 12)))
    training.batches_are_shuffled(student, draw)
    training.step_is_clipped(student, draw)


@needs("char_lstm_scores_every_token", "training_records_losses_and_norms")
def test_brackets_are_learnt(student, draw, thresholds):
    """CharLSTM, trained by your loop, learns to close its brackets"""
    learning.brackets_are_learnt(student, draw, thresholds)
