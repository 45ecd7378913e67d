"""From sentences to batches: vocabulary, encoding, dataset, collate_fn."""

from tests.visible.a7_sequence_modeling import texts


def test_every_symbol_has_its_own_id(student, draw):
    """build_vocab: <PAD> is 0, and <SOS>, <EOS> and every character have an id of their own"""
    texts.vocabulary_is_complete(student, draw)


def test_ids_are_the_same_every_time(student, draw):
    """build_vocab: the same texts give the same ids in every session"""
    texts.vocabulary_is_the_same_every_time(student, draw)


def test_encoding_gives_one_id_per_character(student, draw):
    """encode: one id per character, nothing added"""
    texts.encoding(student, draw)


def test_items_end_with_their_sentence(student, draw):
    """AuthorDataset: an item is its sentence's ids with <EOS> behind them, and its author"""
    texts.dataset_items(student, draw)


def test_items_of_long_sentences(student, draw):
    """AuthorDataset: a sentence of many hundred characters keeps its end, too"""
    texts.dataset_items(student, draw, longest=int(draw.integers(600, 1500)))


def test_items_stay_the_same(student, draw):
    """AuthorDataset: reading an item changes nothing"""
    texts.dataset_stays_as_it_is(student, draw)


def test_batch_keeps_rows_lengths_and_authors(student, draw):
    """collate_fn: padded rows, their lengths and their authors, side by side"""
    texts.batches(student, draw)


def test_batch_with_a_long_sentence(student, draw):
    """collate_fn: rows, lengths and authors of a batch with a sentence of many hundred characters"""
    texts.batches(student, draw, longest=int(draw.integers(600, 1500)))


def test_batch_is_as_wide_as_its_longest_sentence(student, draw):
    """collate_fn: no more padding than the longest sentence of the batch needs"""
    texts.batch_is_as_wide_as_its_longest(student, draw)
