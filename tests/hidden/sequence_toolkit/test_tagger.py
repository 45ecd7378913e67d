"""BiLSTMTagger on fresh numbers."""

from autograder.judge import needs
from tests.visible.sequence_toolkit import tagger, tasks


@needs("tagger_scores_every_tag")
def test_tagger_on_other_sentences(student, draw):
    """BiLSTMTagger: directions, padding and rows on fresh numbers"""
    tagger.both_directions(student, draw.child("directions"))
    tagger.padding_changes_nothing(student, draw.child("padding"))
    tagger.rows_stay_apart(student, draw.child("rows"))


@needs("tagger_scores_every_tag")
def test_tagger_learns_other_parities(student, draw, thresholds):
    """BiLSTMTagger learns the parities of other sentences"""
    tasks.tagger_learns(student, draw, thresholds)
