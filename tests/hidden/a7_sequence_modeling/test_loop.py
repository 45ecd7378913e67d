"""Loops held to the reference where recorded states have the say at home; and the classifier trained."""

from autograder.checks import needs
from tests.hidden.a7_sequence_modeling import loop_parity
from tests.visible.a7_sequence_modeling import loops, training


@needs("loop_keeps_its_shapes")
def test_rnn_loop_applies_the_cell_at_every_step(student, draw):
    """DeepRNN with "rnn": your cell, step by step, from a state of zeros"""
    loops.states_follow_the_cell(student, draw, "rnn", loop_parity.judge)


@needs("loop_keeps_its_shapes")
def test_lstm_loop_carries_both_states(student, draw):
    """DeepRNN with "lstm": your cell, step by step, carrying h and C"""
    loops.states_follow_the_cell(student, draw, "lstm", loop_parity.judge)


@needs("loop_keeps_its_shapes")
def test_gru_loop_applies_the_cell_at_every_step(student, draw):
    """DeepRNN with "gru": your cell, step by step, from a state of zeros"""
    loops.states_follow_the_cell(student, draw, "gru", loop_parity.judge)


@needs("stack_keeps_its_shapes", "loop_keeps_its_shapes")
def test_second_layer_reads_all_states_of_the_first(student, draw):
    """DeepRNN with two layers: layer 2 reads every state of layer 1 and starts from zeros"""
    loops.layers_build_on_each_other(student, draw, equations=loop_parity.judge)


@needs("stack_keeps_its_shapes")
def test_stacked_lstm_layers_build_on_each_other(student, draw):
    """DeepRNN with two LSTM layers: layer 2 reads every h of layer 1 and starts from zeros"""
    loops.layers_build_on_each_other(student, draw, "lstm", equations=loop_parity.judge)


@needs("stack_keeps_its_shapes")
def test_three_layers_build_on_each_other(student, draw):
    """DeepRNN with three layers: each reads every state of the one below"""
    loops.layers_build_on_each_other(student, draw, "gru", layers=3, equations=loop_parity.judge)


@needs("training_lowers_the_loss")
def test_classifier_learns(student, draw, thresholds):
    """AuthorClassifier, trained by your train_classifier, learns to read a sentence's last character"""
    training.author_classifier_learns(student, draw, thresholds=thresholds)
