"""Another task for Seq2Seq."""

from autograder.checks import needs
from tests.visible.sequence_toolkit import tasks


@needs("seq2seq_scores_every_token")
def test_seq2seq_learns_to_reverse(student, draw, thresholds):
    """Seq2Seq, trained with teacher forcing, turns sentences round by greedy decoding"""
    tasks.seq2seq_learns(student, draw, thresholds, backwards=True)
