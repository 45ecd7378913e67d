"""Loss, perplexity, gradient norm, both training loops, seeds."""

from autograder.checks import needs
from tests.visible.vanishing_gradients import loops, losses
from tests.visible.vanishing_gradients.language_models import LSTM, RNN
from tests.visible.vanishing_gradients.loops import TRAIN_LSTM, TRAIN_RNN

# ---- lm_loss


def test_loss_is_the_mean_cross_entropy(student, draw):
    """lm_loss: the mean cross-entropy over all tokens, which backward() can follow"""
    losses.mean_of_all_tokens(student, draw)


def test_loss_leaves_out_ignored_tokens(student, draw):
    """lm_loss: targets equal to ignore_index, by default 0, do not count"""
    losses.ignored_tokens(student, draw)


def test_loss_can_be_summed(student, draw):
    """lm_loss: reduction="sum" adds the losses up"""
    losses.sum_of_tokens(student, draw)


# ---- evaluate


def test_evaluate_weighs_every_token_alike(student, draw):
    """evaluate: the mean loss per token, over batches of different sizes"""
    losses.weighs_tokens(student, draw)


def test_evaluate_leaves_out_padding(student, draw):
    """evaluate: targets equal to pad_id neither add to the loss nor count"""
    losses.leaves_padding_out(student, draw)


def test_perplexity_is_the_exponential_of_the_mean(student, draw):
    """evaluate: perplexity = exp(mean loss)"""
    losses.perplexity(student, draw)


def test_evaluate_changes_nothing(student, draw):
    """evaluate: the model's weights stay as they are, and a second call gives the same"""
    losses.only_looks(student, draw)


@needs("evaluate_weighs_every_token_alike")
def test_evaluate_switches_dropout_off(student, draw, say):
    """evaluate: the model is in eval mode"""
    say(losses.dropout_is_off(student, draw))


@needs("evaluate_weighs_every_token_alike")
def test_evaluate_takes_a_batch_of_padding(student, draw):
    """evaluate: a batch of nothing but padding does no harm"""
    losses.takes_a_batch_of_padding(student, draw)


# ---- l2_grad_norm_recurrent


def test_norm_of_the_rnn_is_that_of_its_recurrent_gradient(student, draw):
    """l2_grad_norm_recurrent: the L2 norm of the gradient of VanillaRNNLM's recurrent weights"""
    losses.norm_of_recurrent_gradient(student, draw, RNN)


def test_norm_of_the_lstm_is_that_of_its_recurrent_gradient(student, draw):
    """l2_grad_norm_recurrent: the L2 norm of the gradient of LSTMLM's recurrent weights"""
    losses.norm_of_recurrent_gradient(student, draw, LSTM)


def test_norm_without_gradient_is_zero(student, draw):
    """l2_grad_norm_recurrent: 0.0 for a model that has no gradients yet"""
    losses.no_gradient_is_zero(student, draw)


@needs("norm_of_the_rnn_is_that_of_its_recurrent_gradient")
def test_norm_counts_every_recurrent_matrix(student, draw, say):
    """l2_grad_norm_recurrent: all recurrent matrices of a model with several count"""
    say(losses.every_matrix_counts(student, draw))


# ---- train_rnn


def test_rnn_training_logs_every_step(student, draw):
    """train_rnn: returns (logs, model); loss and perplexity of every batch, validation of every epoch"""
    loops.logs_every_step(student, draw, TRAIN_RNN)


def test_rnn_training_logs_norms_before_clipping(student, draw):
    """train_rnn: "grad_norm_rhh" is each batch's recurrent gradient norm, before clipping"""
    loops.logs_norms_before_clipping(student, draw, TRAIN_RNN)


def test_rnn_training_validates_after_every_epoch(student, draw):
    """train_rnn: "val" is what evaluate gives on the validation data after each epoch"""
    loops.validates_after_every_epoch(student, draw, TRAIN_RNN)


def test_rnn_training_takes_clipped_steps_of_adam(student, draw):
    """train_rnn: one step of Adam per batch, with the given lr, gradients clipped to norm 1"""
    loops.takes_clipped_steps_of_adam(student, draw, TRAIN_RNN)


@needs("rnn_training_logs_every_step")
def test_rnn_training_is_in_train_mode(student, draw, say):
    """train_rnn: the model is in train mode in every epoch"""
    say(loops.trains_in_train_mode(student, draw, TRAIN_RNN))


# ---- train_lstm


def test_lstm_training_logs_every_step(student, draw):
    """train_lstm: returns (logs, model); loss and perplexity of every batch, validation of every epoch"""
    loops.logs_every_step(student, draw, TRAIN_LSTM)


def test_lstm_training_logs_norms_before_clipping(student, draw):
    """train_lstm: "grad_norm_hh" is each batch's recurrent gradient norm, before clipping"""
    loops.logs_norms_before_clipping(student, draw, TRAIN_LSTM)


def test_lstm_training_validates_after_every_epoch(student, draw):
    """train_lstm: "val" is what evaluate gives on the validation data after each epoch"""
    loops.validates_after_every_epoch(student, draw, TRAIN_LSTM)


def test_lstm_training_takes_clipped_steps_of_adam(student, draw):
    """train_lstm: one step of Adam per batch, with the given lr, gradients clipped to norm 1"""
    loops.takes_clipped_steps_of_adam(student, draw, TRAIN_LSTM)


@needs("lstm_training_logs_every_step")
def test_lstm_training_is_in_train_mode(student, draw, say):
    """train_lstm: the model is in train mode in every epoch"""
    say(loops.trains_in_train_mode(student, draw, TRAIN_LSTM))


# ---- set_seed


def test_set_seed_seeds_all_generators(student, draw):
    """set_seed: random numbers of Python, NumPy and PyTorch start anew"""
    loops.seeds_all_generators(student, draw)
