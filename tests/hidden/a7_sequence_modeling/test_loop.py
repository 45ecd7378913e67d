"""Loops held to the reference where recorded states have the say at home; and the classifier trained."""

from autograder.checks import Draw, Student, Thresholds, needs, variant
from tests.hidden.a7_sequence_modeling.support import tasks
from tests.hidden.a7_sequence_modeling.support.loop_parity import judge
from tests.visible.a7_sequence_modeling import test_loop as visible
from tests.visible.a7_sequence_modeling.support.training import with_a_trainable_cell

test_rnn_loop_applies_the_cell_at_every_step = variant(
    visible.test_rnn_loop_applies_the_cell_at_every_step, equations=judge
)
test_lstm_loop_carries_both_states = variant(visible.test_lstm_loop_carries_both_states, equations=judge)
test_gru_loop_applies_the_cell_at_every_step = variant(
    visible.test_gru_loop_applies_the_cell_at_every_step, equations=judge
)
test_second_layer_reads_all_states_of_the_first = variant(
    visible.test_second_layer_reads_all_states_of_the_first, equations=judge
)
test_stacked_lstm_layers_build_on_each_other = variant(
    visible.test_stacked_lstm_layers_build_on_each_other, equations=judge
)
test_three_layers_build_on_each_other = variant(
    visible.test_three_layers_build_on_each_other, equations=judge
)


@needs(visible.test_training_lowers_the_loss)
@with_a_trainable_cell
def test_classifier_learns(
    student: Student, draw: Draw, thresholds: Thresholds, name: str = "AuthorClassifier"
) -> None:
    """AuthorClassifier, trained by your train_classifier, learns to read a sentence's last character"""
    tasks.classifier_learns(student, draw, name, thresholds, tasks.last_character, 600)
