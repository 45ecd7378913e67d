"""The way from sentences to batches, with fresh and longer sentences."""

from tests.visible.a7_sequence_modeling import texts


def test_items_of_long_sentences(student, draw):
    """AuthorDataset: long sentences keep their end, too"""
    texts.dataset_items(student, draw, longest=600)


def test_batch_with_a_long_sentence(student, draw):
    """collate_fn: rows, lengths and authors of a batch with one very long sentence"""
    texts.batches(student, draw, longest=600)
