"""Another task for Seq2Seq."""

from autograder.checks import Draw, Student, Thresholds, needs
from tests.visible.sequence_toolkit import test_seq2seq as visible


@needs(visible.test_seq2seq_scores_every_token)
def test_seq2seq_learns_to_reverse(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """Seq2Seq, trained with teacher forcing, turns sentences round by greedy decoding"""
    visible.test_seq2seq_learns_to_copy(student, draw, thresholds, backwards=True)
