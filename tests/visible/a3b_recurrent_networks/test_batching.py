"""Padding, batches with a budget of tokens, start and end, targets."""

from tests.visible.a3b_recurrent_networks import batches


def test_rows_are_padded_to_the_longest(student, draw):
    """pad_batch: each row is its sequence, filled up at its end with the id that is given"""
    batches.padding(student, draw)


def test_every_sequence_is_in_one_batch(student, draw):
    """token_batches: every sequence is in exactly one batch"""
    batches.every_sequence_once(student, draw)


def test_indices_name_the_rows(student, draw):
    """token_batches: each row is the sequence that its index names, padded to the longest of the batch"""
    batches.rows_are_their_sequences(student, draw)


def test_batches_keep_to_the_budget(student, draw):
    """token_batches: at most max_tokens tokens in a batch, and not many fewer"""
    batches.budget_is_kept(student, draw)


def test_similar_lengths_share_a_batch(student, draw):
    """token_batches: sequences of similar length share a batch, whatever order they come in"""
    batches.similar_lengths_together(student, draw)


def test_a_long_sequence_is_alone(student, draw):
    """token_batches: a sequence longer than the budget has a batch of its own"""
    batches.long_ones_alone(student, draw)


def test_start_and_end_are_added(student, draw):
    """add_start_end: new lists with start in front and end behind"""
    batches.start_and_end(student, draw)


def test_targets_are_the_next_tokens(student, draw):
    """shift_targets: the batch, one step to the left, with a column of pad behind"""
    batches.shifted(student, draw)


def test_targets_end_with_the_id_of_padding(student, draw):
    """shift_targets: the last column is the id that is given, also where that is not 0"""
    batches.last_targets_are_pad(student, draw)
