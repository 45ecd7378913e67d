"""Seq2Seq and its loss on fresh numbers."""

from autograder.judge import needs
from tests.visible.sequence_toolkit import seq2seq, tasks


@needs("seq2seq_scores_every_token")
def test_seq2seq_on_other_tokens(student, draw):
    """Seq2Seq: source, target and rows on fresh numbers"""
    seq2seq.source_matters(student, draw.child("source"))
    seq2seq.whole_source_is_read(student, draw.child("whole"))
    seq2seq.target_is_read(student, draw.child("target"))
    seq2seq.never_looks_ahead(student, draw.child("ahead"))
    seq2seq.rows_stay_apart(student, draw.child("rows"))


@needs("seq2seq_scores_every_token")
def test_loss_of_other_sentences(student, draw):
    """teacher_forcing_loss: value and gradients on fresh numbers"""
    seq2seq.loss_leaves_out_padding(student, draw.child("value"))
    seq2seq.loss_takes_another_padding(student, draw.child("padding"))
    seq2seq.loss_teaches_the_model(student, draw.child("gradients"))


@needs("seq2seq_scores_every_token")
def test_seq2seq_learns_to_reverse(student, draw, thresholds):
    """Seq2Seq, trained with teacher forcing, turns sentences round by greedy decoding"""
    tasks.seq2seq_learns(student, draw, thresholds, backwards=True)
