"""Your own Elman network, and a classifier around it."""

from autograder.checks import needs
from tests.visible.a3b_recurrent_networks import elman, pooled

CLASSIFIER = "ElmanClassifier"


def test_elman_keeps_its_shapes(student, draw):
    """Elman: (B, T, insize) gives (B, T, outsize) and (B, hsize), for any three sizes, by default 300 each"""
    elman.shapes(student, draw)
    elman.default_sizes(student, draw)


def test_elman_starts_where_it_is_told(student, draw):
    """Elman: starts from the hidden state that is given, else from zeros"""
    elman.starts_where_it_is_told(student, draw)


def test_elman_state_is_an_activated_sum(student, draw):
    """Elman: the new hidden state is an activation of one linear layer over input and old state"""
    elman.state_is_an_activated_sum(student, draw)


def test_elman_outputs_read_the_new_state(student, draw):
    """Elman: each output is a linear layer over the new hidden state, and over nothing else"""
    elman.outputs_read_the_new_state(student, draw)


def test_elman_steps_follow_each_other(student, draw):
    """Elman: each step starts from the state of the one before, and the last state is returned"""
    elman.steps_follow_each_other(student, draw)


def test_elman_treats_every_row_alike(student, draw):
    """Elman: rows and batches share no memory"""
    elman.rows_stay_apart(student, draw)


def test_elman_passes_gradients_on(student, draw):
    """Elman: gradients flow back through all steps"""
    elman.gradients_flow_through_time(student, draw)


def test_elman_classifier_scores_every_class(student, draw):
    """ElmanClassifier: (B, T) gives one score per class, (B, C), through your Elman"""
    pooled.elman_shapes(student, draw)


@needs("elman_classifier_scores_every_class")
def test_elman_classifier_judges_each_row_alone(student, draw):
    """ElmanClassifier: a row gives the same alone and in a batch"""
    pooled.elman_rows_stay_apart(student, draw)


@needs("elman_classifier_scores_every_class")
def test_elman_classifier_takes_the_maximum(student, draw):
    """ElmanClassifier: projects the maximum over time of Elman's outputs, and squeezes no score"""
    pooled.maximum_of_elman(student, draw)


@needs("elman_classifier_scores_every_class")
def test_elman_classifier_learns_with_all_its_parts(student, draw):
    """ElmanClassifier: embedding, your Elman and the last layer learn, of the assignment's sizes"""
    pooled.all_parts_learn(student, draw, CLASSIFIER)
    pooled.default_sizes(student, CLASSIFIER)
