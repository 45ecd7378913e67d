"""Batching on other sequences, lengths and ids."""

from autograder.judge import needs
from tests.visible.a3b_recurrent_networks import batches


@needs("rows_are_padded_to_the_longest")
def test_rows_of_long_sequences_are_padded(student, draw):
    """pad_batch: long sequences, other ids"""
    batches.padding(student, draw, lengths=(60, 3, 240, 1))


@needs("every_sequence_is_in_one_batch")
def test_batches_of_other_sequences(student, draw):
    """token_batches: other lengths, another budget, another pad"""
    batches.every_sequence_once(student, draw, longest=41)
    batches.rows_are_their_sequences(student, draw)
    batches.budget_is_kept(student, draw, budget=130)
    batches.similar_lengths_together(student, draw, longest=37)


@needs("targets_are_the_next_tokens", "start_and_end_are_added")
def test_targets_of_other_batches(student, draw):
    """add_start_end and shift_targets on other sequences"""
    batches.start_and_end(student, draw, lengths=(2, 90, 7))
    batches.shifted(student, draw, columns=11)
