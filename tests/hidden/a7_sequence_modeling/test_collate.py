"""The way from sentences to batches, with fresh and even longer sentences."""

from tests.visible.a7_sequence_modeling import texts


def test_items_of_longer_sentences(student, draw):
    """AuthorDataset: sentences of any length keep their end"""
    texts.dataset_items(student, draw, longest=int(draw.integers(900, 1500)))


def test_batch_with_a_longer_sentence(student, draw):
    """collate_fn: rows, lengths and authors of a batch with a sentence of any length"""
    texts.batches(student, draw, longest=int(draw.integers(900, 1500)))
