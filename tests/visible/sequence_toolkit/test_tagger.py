"""BiLSTMTagger: a score for every tag at every token."""

from autograder.checks import needs
from tests.visible.sequence_toolkit import tagger, tasks


def test_tagger_scores_every_tag(student, draw):
    """BiLSTMTagger: at each place one score per tag, (B, T, num_tags)"""
    tagger.shapes(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_runs_an_lstm(student, draw):
    """BiLSTMTagger: its recurrent layer is an LSTM"""
    tagger.is_an_lstm(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_reads_in_both_directions(student, draw):
    """BiLSTMTagger: the first tag knows the last token, and the last tag the first"""
    tagger.both_directions(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_ignores_padding(student, draw):
    """BiLSTMTagger: neither the amount nor the content of the padding matters"""
    tagger.padding_changes_nothing(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_judges_each_row_alone(student, draw):
    """BiLSTMTagger: a row gives the same alone and in a batch, in its own place"""
    tagger.rows_stay_apart(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_repeats_itself(student, draw):
    """BiLSTMTagger: in evaluation mode the same tokens give the same scores; inputs stay as they are"""
    tagger.same_again(student, draw)


@needs("tagger_scores_every_tag")
def test_dropout_is_for_training(student, draw):
    """BiLSTMTagger: dropout at the given rate, in training"""
    tagger.dropout_is_for_training(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_returns_raw_scores(student, draw):
    """BiLSTMTagger: logits as they are"""
    tagger.scores_are_raw(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_learns_with_all_its_parts(student, draw):
    """BiLSTMTagger: gradients reach every weight and every token's vector"""
    tagger.every_part_learns(student, draw)


@needs("tagger_scores_every_tag")
def test_tagger_learns_parities(student, draw, thresholds):
    """BiLSTMTagger learns tags made of the parities of three neighbours"""
    tasks.tagger_learns(student, draw, thresholds)
