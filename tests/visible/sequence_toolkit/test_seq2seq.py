"""Seq2Seq, its loss with teacher forcing, and what it learns."""

from autograder.checks import needs
from tests.visible.sequence_toolkit import seq2seq, tasks


def test_seq2seq_scores_every_token(student, draw):
    """Seq2Seq: at each step of tgt one score per token, (B, T, V)"""
    seq2seq.shapes(student, draw)


@needs("seq2seq_scores_every_token")
def test_source_matters_from_the_first_step(student, draw):
    """Seq2Seq: another source gives other scores, from the first step on"""
    seq2seq.source_matters(student, draw)


@needs("seq2seq_scores_every_token")
def test_encoder_reads_the_whole_source(student, draw):
    """Seq2Seq: every token of the source matters, and their order does"""
    seq2seq.whole_source_is_read(student, draw)


@needs("seq2seq_scores_every_token")
def test_decoder_reads_the_true_tokens(student, draw):
    """Seq2Seq: each step reads its own token of tgt and remembers those before it"""
    seq2seq.target_is_read(student, draw)


@needs("seq2seq_scores_every_token")
def test_decoder_never_looks_ahead(student, draw):
    """Seq2Seq: the scores of a step do not know later tokens, in training neither"""
    seq2seq.never_looks_ahead(student, draw)


@needs("seq2seq_scores_every_token")
def test_seq2seq_judges_each_row_alone(student, draw):
    """Seq2Seq: a row gives the same alone and in a batch"""
    seq2seq.rows_stay_apart(student, draw)


@needs("seq2seq_scores_every_token")
def test_seq2seq_repeats_itself(student, draw):
    """Seq2Seq: the same tokens give the same scores, and stay as they are"""
    seq2seq.same_again(student, draw)


@needs("seq2seq_scores_every_token")
def test_seq2seq_returns_raw_scores(student, draw):
    """Seq2Seq: logits as they are"""
    seq2seq.scores_are_raw(student, draw)


@needs("seq2seq_scores_every_token")
def test_encoder_and_decoder_learn(student, draw):
    """Seq2Seq: gradients reach every weight, back to the first token of the source"""
    seq2seq.every_part_learns(student, draw)


@needs("seq2seq_scores_every_token")
def test_loss_is_shifted_by_one_step(student, draw):
    """teacher_forcing_loss: the true tokens go in, the next one is scored"""
    seq2seq.loss_is_shifted(student, draw)


@needs("seq2seq_scores_every_token")
def test_loss_leaves_out_padding(student, draw):
    """teacher_forcing_loss: the mean over all tokens that are not padding"""
    seq2seq.loss_leaves_out_padding(student, draw)


@needs("seq2seq_scores_every_token")
def test_loss_takes_another_padding(student, draw):
    """teacher_forcing_loss: padding may have another id than 0"""
    seq2seq.loss_takes_another_padding(student, draw)


@needs("seq2seq_scores_every_token")
def test_loss_teaches_the_model(student, draw):
    """teacher_forcing_loss: its gradients reach encoder and decoder"""
    seq2seq.loss_teaches_the_model(student, draw)


@needs("seq2seq_scores_every_token")
def test_seq2seq_learns_to_copy(student, draw, thresholds):
    """Seq2Seq, trained with teacher forcing, copies sentences by greedy decoding"""
    tasks.seq2seq_learns(student, draw, thresholds, backwards=False)
