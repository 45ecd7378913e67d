"""The autoregressive LSTM, its loss, its samples and its training."""

from autograder.checks import needs
from tests.visible.a3b_recurrent_networks import language, learning, sampling, training

# ---- question 5


def test_char_lstm_scores_every_token(student, draw):
    """CharLSTM: (B, T) gives at each step one score per id, (B, T, V), with 1, 2 or 3 layers"""
    language.shapes(student, draw)


@needs("char_lstm_scores_every_token")
def test_char_lstm_judges_each_row_alone(student, draw):
    """CharLSTM: a row gives the same alone and in a batch"""
    language.rows_stay_apart(student, draw)


@needs("char_lstm_scores_every_token")
def test_char_lstm_never_looks_ahead(student, draw):
    """CharLSTM: a step knows its own token and all before, and none after it"""
    language.never_looks_ahead(student, draw)


@needs("char_lstm_scores_every_token")
def test_char_lstm_is_an_lstm(student, draw):
    """CharLSTM: a linear layer over the states of an nn.LSTM, and no softmax"""
    for layers in (1, 3):
        language.states_are_those_of_an_lstm(student, draw, layers)
    language.starts_the_same(student, draw)


@needs("char_lstm_scores_every_token")
def test_char_lstm_learns_with_all_its_parts(student, draw):
    """CharLSTM: embedding, as many layers as asked for, and last layer learn, of the assignment's sizes"""
    language.all_parts_learn(student, draw)
    language.gradients_reach_the_first_token(student, draw)
    language.default_sizes(student)


# ---- question 6


def test_sample_takes_the_likeliest_at_zero(student, draw):
    """sample: a temperature of 0 returns the likeliest id"""
    sampling.likeliest_at_zero(student, draw)


def test_sample_follows_the_scores(student, draw):
    """sample: without a temperature, ids come as often as softmax of the scores says"""
    sampling.follows_the_scores(student, draw)
    sampling.leaves_the_generators_alone(student, draw)


def test_sample_follows_its_temperature(student, draw):
    """sample: low temperatures prefer what is likely, high ones level it"""
    sampling.follows_the_scores(student, draw.child("low"), 0.5)
    sampling.follows_the_scores(student, draw.child("high"), 2.5)
    sampling.stays_finite(student, draw)


@needs("char_lstm_scores_every_token")
def test_generate_continues_the_seed(student, draw):
    """generate: the seed, then id by id what your model says after all that is there"""
    sampling.continues_the_seed(student, draw)


@needs("char_lstm_scores_every_token")
def test_generate_stops_at_the_end(student, draw):
    """generate: stops when the end is drawn, and keeps it"""
    sampling.stops_at_the_end(student, draw)


@needs("char_lstm_scores_every_token")
def test_generate_keeps_to_its_maximal_length(student, draw):
    """generate: at most max_length ids, the seed included, and the seed's list left alone"""
    sampling.keeps_to_max_length(student, draw)
    sampling.leaves_its_seed_alone(student, draw)


@needs("char_lstm_scores_every_token")
def test_generate_draws_by_its_temperature(student, draw):
    """generate: samples differ at a temperature of 1 and not at 0"""
    sampling.draws_by_its_temperature(student, draw)


# ---- question 7


def test_loss_is_per_token(student, draw):
    """token_loss: the cross-entropy, summed and divided by the number of tokens"""
    language.loss_is_per_token(student, draw)


def test_training_records_losses_and_norms(student, draw):
    """train_autoregressive_epoch: for each batch its loss per token and the norm of its gradients"""
    training.losses_and_norms(student, draw)


def test_training_shuffles_the_batches(student, draw):
    """train_autoregressive_epoch: every batch once, in a random order"""
    training.batches_are_shuffled(student, draw)


def test_training_clips_before_it_steps(student, draw):
    """train_autoregressive_epoch: one step of the optimizer per batch, with clipped gradients"""
    training.step_is_clipped(student, draw)


@needs("char_lstm_scores_every_token")
def test_ndfa_is_learnt_in_three_epochs(student, draw, thresholds):
    """CharLSTM, trained by your loop, learns the automaton's strings with e = 32 and h = 16"""
    learning.ndfa_is_learnt(student, draw, thresholds)
