"""The loop on fresh numbers, with every kind of cell and deeper stacks."""

from autograder.judge import needs
from tests.visible.a7_sequence_modeling import classifier, loops, training

LSTM = "cells::lstm_cell_keeps_its_shapes"


@needs(LSTM, "loop_keeps_its_shapes")
def test_loop_follows_the_cell_on_fresh_numbers(student, draw):
    """DeepRNN: every state is that of your cell, applied step by step"""
    loops.states_follow_the_cell(student, draw, "lstm")


@needs("loop_keeps_its_shapes")
def test_gradients_reach_the_first_step(student, draw):
    """DeepRNN: the last state's gradient flows back to the first step"""
    loops.gradients_reach_the_first_step(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_learns_with_all_its_parts(student, draw):
    """AuthorClassifier: embedding, the DeepRNN that was asked for, and head all learn"""
    classifier.learns_with_all_its_parts(student, draw)


@needs("classifier_scores_every_author")
def test_classifier_returns_raw_scores(student, draw):
    """AuthorClassifier: logits as they are, nothing squeezes them"""
    classifier.scores_are_raw(student, draw)


@needs("loop_keeps_its_shapes")
def test_last_valid_state_of_an_lstm(student, draw):
    """DeepRNN with "lstm": last_valid is each row's h right after its own last step"""
    loops.last_valid(student, draw, "lstm")


@needs("stack_keeps_its_shapes")
def test_last_valid_state_of_a_stack(student, draw):
    """DeepRNN with two layers: last_valid comes from the top layer, at each row's own last step"""
    loops.last_valid(student, draw, "gru", layers=2)


@needs("classifier_scores_every_author")
def test_classifier_reads_the_whole_row(student, draw):
    """AuthorClassifier: the first and the last character of a row both matter"""
    classifier.reads_first_and_last(student, draw)


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


@needs("training_lowers_the_loss")
def test_training_takes_the_steps_of_adam(student, draw):
    """train_classifier: Adam with the given lr, one step per batch, every author counted"""
    training.training_follows_adam(student, draw, "rnn")


@needs("training_lowers_the_loss")
def test_classifier_learns(student, draw, thresholds):
    """AuthorClassifier, trained by your train_classifier, learns to read a sentence's last character"""
    training.author_classifier_learns(student, draw, "rnn", thresholds=thresholds)
