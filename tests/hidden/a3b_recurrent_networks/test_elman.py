"""Elman with three different sizes, on fresh numbers."""

from autograder.judge import needs
from tests.visible.a3b_recurrent_networks import elman, pooled


@needs("elman_keeps_its_shapes")
def test_elman_follows_its_equations(student, draw):
    """Elman: state and outputs of one step, for three different sizes"""
    elman.state_is_an_activated_sum(student, draw, elman.APART)
    elman.outputs_read_the_new_state(student, draw, elman.APART)


@needs("elman_keeps_its_shapes")
def test_elman_goes_through_time(student, draw):
    """Elman: steps and gradients through time, for three different sizes"""
    elman.steps_follow_each_other(student, draw, elman.APART)
    elman.gradients_flow_through_time(student, draw, elman.APART)


@needs("elman_classifier_scores_every_class")
def test_elman_classifier_on_fresh_numbers(student, draw):
    """ElmanClassifier: the maximum over time, row by row"""
    pooled.around_elman(pooled.rows_stay_apart, student, draw)
    pooled.around_elman(pooled.maximum_of_a_memory, student, draw)
