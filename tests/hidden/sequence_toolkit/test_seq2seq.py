"""Another task for Seq2Seq."""

from autograder.checks import variant
from tests.visible.sequence_toolkit import test_seq2seq as visible

test_seq2seq_learns_to_reverse = variant(
    visible.test_seq2seq_learns_to_copy,
    "Seq2Seq, trained with teacher forcing, turns sentences round by greedy decoding",
    backwards=True,
)
