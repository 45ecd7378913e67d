"""The loop over time, the last valid state, stacked layers, and the author classifier."""

from autograder.checks import needs
from tests.visible.a7_sequence_modeling import classifier, loops, training


def test_loop_keeps_its_shapes(student, draw):
    """DeepRNN: (B, T, D) gives all states (B, T, H) and the last valid one (B, H)"""
    loops.loop_shapes(student, draw)


@needs("loop_keeps_its_shapes")
def test_rnn_loop_applies_the_cell_at_every_step(student, draw):
    """DeepRNN with "rnn": your cell, step by step, from a state of zeros"""
    loops.states_follow_the_cell(student, draw, "rnn")


@needs("loop_keeps_its_shapes")
def test_lstm_loop_carries_both_states(student, draw):
    """DeepRNN with "lstm": your cell, step by step, carrying h and C"""
    loops.states_follow_the_cell(student, draw, "lstm")


@needs("loop_keeps_its_shapes")
def test_gru_loop_applies_the_cell_at_every_step(student, draw):
    """DeepRNN with "gru": your cell, step by step, from a state of zeros"""
    loops.states_follow_the_cell(student, draw, "gru")


@needs("loop_keeps_its_shapes")
def test_loop_never_looks_ahead(student, draw):
    """DeepRNN: a state knows its own step and those before it, no later one"""
    loops.never_looks_ahead(student, draw)


@needs("loop_keeps_its_shapes")
def test_loop_repeats_itself(student, draw):
    """DeepRNN: the same input gives the same states and stays as it is"""
    loops.same_again(student, draw)


@needs("loop_keeps_its_shapes")
def test_gradients_reach_the_first_step(student, draw):
    """DeepRNN: the last state's gradient flows back to the first step"""
    loops.gradients_reach_the_first_step(student, draw)


@needs("loop_keeps_its_shapes")
def test_last_valid_state_of_each_row(student, draw):
    """DeepRNN: last_valid is each row's state right after its own last step"""
    loops.last_valid(student, draw)


@needs("loop_keeps_its_shapes")
def test_last_valid_state_of_an_lstm(student, draw):
    """DeepRNN with "lstm": last_valid is each row's h right after its own last step"""
    loops.last_valid(student, draw, "lstm")


@needs("stack_keeps_its_shapes")
def test_last_valid_state_of_a_stack(student, draw):
    """DeepRNN with two layers: last_valid comes from the top layer, at each row's own last step"""
    loops.last_valid(student, draw, "gru", layers=2)


@needs("loop_keeps_its_shapes")
def test_padding_changes_nothing(student, draw):
    """DeepRNN: neither the amount nor the content of the padding matters"""
    loops.padding_changes_nothing(student, draw)


@needs("loop_keeps_its_shapes")
def test_a_row_alone_equals_the_row_in_its_batch(student, draw):
    """DeepRNN: a row gives the same alone and in a batch"""
    loops.a_row_alone(student, draw)


def test_stack_keeps_its_shapes(student, draw):
    """DeepRNN with two layers: the same shapes as with one"""
    loops.loop_shapes(student, draw, layers=2)


@needs("stack_keeps_its_shapes")
def test_every_layer_has_its_own_weights(student, draw):
    """DeepRNN with two layers: both layers have weights of their own that learn"""
    loops.every_layer_has_its_own_weights(student, draw)


@needs("stack_keeps_its_shapes", "loop_keeps_its_shapes")
def test_second_layer_reads_all_states_of_the_first(student, draw):
    """DeepRNN with two layers: layer 2 reads every state of layer 1 and starts from zeros"""
    loops.layers_build_on_each_other(student, draw)


@needs("stack_keeps_its_shapes")
def test_stacked_lstm_layers_build_on_each_other(student, draw):
    """DeepRNN with two LSTM layers: layer 2 reads every h of layer 1 and starts from zeros"""
    loops.layers_build_on_each_other(student, draw, "lstm")


@needs("stack_keeps_its_shapes")
def test_three_layers_build_on_each_other(student, draw):
    """DeepRNN with three layers: each reads every state of the one below"""
    loops.layers_build_on_each_other(student, draw, "gru", layers=3)


@needs("stack_keeps_its_shapes")
def test_rows_of_a_stack_stay_apart(student, draw):
    """DeepRNN with two layers: a row gives the same alone and in a batch"""
    loops.a_row_alone(student, draw, layers=2)


def test_classifier_scores_every_author(student, draw):
    """AuthorClassifier: tokens (B, T) give one score per author, (B, C)"""
    classifier.shapes(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_ignores_padding(student, draw):
    """AuthorClassifier: padding and the other rows do not change a row's scores"""
    classifier.ignores_padding(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_reads_the_whole_row(student, draw):
    """AuthorClassifier: the first and the last character of a row both matter"""
    classifier.reads_first_and_last(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_returns_raw_scores(student, draw):
    """AuthorClassifier: logits as they are, nothing squeezes them"""
    classifier.scores_are_raw(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_learns_with_all_its_parts(student, draw):
    """AuthorClassifier: embedding, the DeepRNN that was asked for, and head all learn"""
    classifier.learns_with_all_its_parts(student, draw)


def test_parameters_are_counted(student, draw):
    """count_parameters: the number of weights in a model"""
    classifier.parameters_are_counted(student, draw)


@needs("loop_keeps_its_shapes")
def test_loop_is_made_of_your_cells(student, draw):
    """DeepRNN: its layers are your own cells"""
    loops.made_of_own_cells(student, draw)


@needs("loop_keeps_its_shapes")
def test_loop_runs_on_any_device(student, draw):
    """DeepRNN: no tensor is pinned to the CPU"""
    loops.follows_its_input(student, draw)


@needs("classifier_scores_every_author")
def test_embedding_has_the_width_of_the_state(student, draw):
    """AuthorClassifier: its embedding is as wide as the hidden state"""
    classifier.embedding_has_the_width_of_the_state(student, draw)


@needs("classifier_scores_every_author")
def test_training_lowers_the_loss(student, draw):
    """train_classifier: one mean loss per epoch, and it falls"""
    training.training_lowers_the_loss(student, draw)


@needs("training_lowers_the_loss")
def test_training_takes_the_steps_of_adam(student, draw):
    """train_classifier: Adam with the given lr, one step per batch, every author counted"""
    training.training_follows_adam(student, draw)


@needs("classifier_scores_every_author")
def test_accuracy_is_a_fraction(student, draw):
    """accuracy: the fraction of sentences that the model names right"""
    training.accuracy_counts(student, draw)
