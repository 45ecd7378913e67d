"""The loop and its training on fresh numbers."""

from autograder.judge import needs
from tests.visible.a7_sequence_modeling import loops, training

LSTM = "cells::lstm_cell_keeps_its_shapes"


@needs(LSTM, "loop_keeps_its_shapes")
def test_loop_follows_the_cell_on_fresh_numbers(student, draw):
    """DeepRNN: every state is that of your cell, applied step by step"""
    loops.states_follow_the_cell(student, draw, "lstm")


@needs("loop_keeps_its_shapes")
def test_last_valid_of_an_lstm_on_fresh_numbers(student, draw):
    """DeepRNN with "lstm": last_valid is each row's own, for other rows"""
    loops.last_valid(student, draw, "lstm")


@needs("stack_keeps_its_shapes")
def test_last_valid_of_a_stack_on_fresh_numbers(student, draw):
    """DeepRNN with two layers: last_valid is that of the top layer, for other rows"""
    loops.last_valid(student, draw, "gru", layers=2)


@needs("stack_keeps_its_shapes")
def test_stacked_lstm_layers_on_fresh_numbers(student, draw):
    """DeepRNN with two LSTM layers: layer 2 reads every h of layer 1, for other numbers"""
    loops.layers_build_on_each_other(student, draw, "lstm")


@needs("training_lowers_the_loss")
def test_training_takes_the_steps_of_adam_on_fresh_batches(student, draw):
    """train_classifier: Adam with the given lr, one step per batch, on other batches"""
    training.training_follows_adam(student, draw)


@needs("training_lowers_the_loss")
def test_classifier_learns(student, draw, thresholds):
    """AuthorClassifier, trained by your train_classifier, learns to read a sentence's last character"""
    training.author_classifier_learns(student, draw, thresholds=thresholds)
