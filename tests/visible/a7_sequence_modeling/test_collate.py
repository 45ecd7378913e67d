"""From sentences to batches: vocabulary, encoding, dataset, collate_fn."""

from collections.abc import Sequence

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, describe, expect, same_lists, variant
from tests.visible.a7_sequence_modeling.support.texts import (
    ALPHABET,
    EOS,
    SOS,
    Item,
    checked_vocabulary,
    ids_of,
    sentences,
    text,
    usable_items,
    usable_vocabulary,
    vocabulary,
)


def test_every_symbol_has_its_own_id(student: Student, draw: Draw) -> None:
    """build_vocab: <PAD> is 0, and <SOS>, <EOS> and every character have an id of their own"""
    given = [sentences(draw), [text(draw, 30, "cab"), text(draw, 9, "xyz D\n")]]
    if not draw.symmetric:
        given.append([text(draw, 200 * _many(draw), "cab") + "x", text(draw, 9, "yz")])
    for texts in given:
        checked_vocabulary(vocabulary(student, texts), texts)


def test_ids_are_the_same_every_time(student: Student, draw: Draw) -> None:
    """build_vocab: the same texts give the same ids in every session

    No second process is needed to see a set's order: it is not only another one in each process, it also
    changes when the set grows. Every order that the texts decide keeps the characters of a text in their
    order when new and rarer characters are appended: code points, first appearance, frequency.
    """
    characters = [ALPHABET[i] for i in draw.order(len(ALPHABET))]
    few, more = characters[:14], characters[14:]
    start = "".join(character * (20 - i) for i, character in enumerate(few))
    short = vocabulary(student, [start], seed=0)
    long = vocabulary(student, [start, "".join(more)], seed=1)
    hint = "Would the mapping be the same tomorrow? In which order does a set give its items?"
    if vocabulary(student, [start], seed=2) != short:
        raise Mismatch("build_vocab gives the same texts other ids in each call.", hint)
    known = [character for character in few if character in short and character in long]
    if len(known) < 2:
        raise Mismatch(
            "The vocabulary does not hold the characters of the texts.", "What does your vocabulary look up?"
        )
    if sorted(known, key=short.__getitem__) != sorted(known, key=long.__getitem__):
        raise Mismatch(
            "The ids follow the order of a Python set: that order changed when the texts got longer, and "
            "every run has another one.",
            hint,
        )


def test_encoding_gives_one_id_per_character(student: Student, draw: Draw) -> None:
    """encode: one id per character, nothing added"""
    texts = sentences(draw)
    vocab = usable_vocabulary(student, texts)
    for line in (*texts, "aabba", "A a"):
        got = student.call("encode", line, vocab)
        if not isinstance(got, (list, tuple)) or not all(type(index) is int for index in got):
            raise Mismatch(f"encode was to return a list of ints; got {describe(got)}.")
        if len(got) != len(line):
            raise Mismatch(
                f"encode gives {len(got)} ids for {len(line)} characters.",
                "Does each character, also a repeated one, get one id, and does anything else get an id?",
            )
        if list(got) != [vocab[character] for character in line]:
            raise Mismatch(
                "encode does not give each character its id in the vocabulary.",
                "Encode and decode a short word with capitals: do you get it back?",
            )


def test_items_end_with_their_sentence(student: Student, draw: Draw, long: bool = False) -> None:
    """AuthorDataset: an item is its sentence's ids with <EOS> behind them, and its author"""
    lines = sentences(draw, long)
    lines.append(lines[2])  # the same sentence, by another author
    authors = [2, *(int(author) for author in draw.integers(1, 3, len(lines) - 2))]  # 0 wrote none of them
    authors.append(3 - authors[2])
    vocab = usable_vocabulary(student, lines)
    dataset = student.new("AuthorDataset", lines, authors, vocab)
    expect(dataset.method("__len__"), "len(dataset)").to_be_number(
        len(lines), otherwise="{name} is not the number of sentences.", tolerance=0
    )
    for i, (line, author) in enumerate(zip(lines, authors, strict=True)):
        ids = list(ids_of(dataset.method("__getitem__", i), author))
        body = [vocab[character] for character in line]
        spelled = [vocab.get(character) for character in EOS]
        if ids[-len(EOS) :] == spelled:
            raise Mismatch(
                "An item ends in the five characters of <EOS>.",
                "Is a special token one symbol or several letters in your encoding?",
            )
        if ids[-1:] != [vocab[EOS]]:
            raise Mismatch(
                f"Item {i}, of {len(line)} characters, does not end in <EOS>.",
                "Does every sentence, however long, end with the token you need at the end?",
            )
        if ids[:-1] not in (body, [vocab[SOS], *body]):
            raise Mismatch(
                f"Item {i} is not its sentence, character by character, with one <EOS> behind it.",
                "Decode an item: is it the sentence that you put in?",
            )


test_items_of_long_sentences = variant(
    test_items_end_with_their_sentence,
    "AuthorDataset: a sentence of many hundred characters keeps its end, too",
    long=True,
)


def test_items_stay_the_same(student: Student, draw: Draw) -> None:
    """AuthorDataset: reading an item changes nothing"""
    lines = sentences(draw)
    authors = [int(author) for author in draw.integers(0, 3, len(lines))]
    dataset = student.new("AuthorDataset", lines, authors, usable_vocabulary(student, lines))
    for i in (2, 0, 3):
        first, second = (dataset.method("__getitem__", i) for _ in range(2))
        if not same_lists(first, second):
            raise Mismatch(
                "The same item has changed when it is read a second time.",
                "Which of your lines changes a list that the dataset keeps?",
            )


def _many(draw: Draw) -> int:
    """More than small examples have."""
    return int(draw.integers(40, 90))


def test_batch_keeps_rows_lengths_and_authors(student: Student, draw: Draw, long: bool = False) -> None:
    """collate_fn: padded rows, their lengths and their authors, side by side"""
    lines = sentences(draw, long)[1:]
    lines.append(lines[1])  # the same sentence, by another author
    crowd = (
        [] if draw.symmetric else [text(draw, int(length)) for length in draw.integers(1, 20, _many(draw))]
    )
    vocab = usable_vocabulary(student, [*lines, *crowd])
    batches = [(lines, [(2 + i) % 3 for i in range(len(lines))]), (lines[:4], [2, 1, 2, 1])]
    if crowd:
        batches.append((crowd, [int(author) for author in draw.integers(0, 3, len(crowd))]))
    for some, authors in batches:
        items = usable_items(student, some, authors, vocab)
        tokens, lengths, got = _batch(student, items)
        _check_lengths(tokens, lengths, [len(ids) for ids, _ in items])
        behind = np.arange(tokens.shape[1]) >= lengths[:, None]
        if (tokens[behind] != 0).any():
            raise Mismatch(
                "Beyond its length, a row holds something other than 0, the id of <PAD>.",
                "Print a short row and its length: where are its characters, its <EOS> and its padding?",
            )
        rows = [tuple(row[:length]) for row, length in zip(tokens, lengths, strict=True)]
        whole = [tuple(ids) for ids, _ in items]
        if sorted(rows) != sorted(whole):
            raise Mismatch(
                "The first columns of a row, as many as its length says, do not hold its sentence.",
                "Where does a row's sentence begin, and where does its <EOS> stand?",
            )
        if sorted(zip(rows, got, strict=True)) != sorted(zip(whole, authors, strict=True)):
            raise Mismatch(
                "The authors do not belong to the rows that they stand beside.",
                "If the rows change their order, what else has to? And is an author's number the same in "
                "every batch?",
            )
        if rows != whole:
            raise Mismatch(
                "The rows are not in the order of the list.", "Does anything need sorted rows, and who sorts?"
            )


test_batch_with_a_long_sentence = variant(
    test_batch_keeps_rows_lengths_and_authors,
    "collate_fn: rows, lengths and authors of a batch with a sentence of many hundred characters",
    long=True,
)


def test_batch_is_as_wide_as_its_longest_sentence(student: Student, draw: Draw) -> None:
    """collate_fn: no more padding than the longest sentence of the batch needs"""
    lines = sentences(draw)[1:]
    items = usable_items(student, lines, [0] * len(lines), usable_vocabulary(student, lines))
    tokens, _, _ = _batch(student, items)
    longest = max(len(ids) for ids, _ in items)
    if tokens.shape[1] != longest:  # slower, not wrong: a notice
        raise Mismatch(
            f"The batch has {tokens.shape[1]} columns; its longest sentence needs {longest}.",
            "The text asks for the longest sentence in that batch: is that your T?",
        )


def _batch(student: Student, items: Sequence[Item]) -> tuple[Array, Array, Array]:
    """tokens, lengths and authors of a batch of these items."""
    got = student.call("collate_fn", list(items))
    rows, width = len(items), max(len(ids) for ids, _ in items)
    first = got[0] if isinstance(got, (tuple, list)) and got else None
    if isinstance(first, np.ndarray) and first.ndim == 2:
        width = max(width, first.shape[1])  # more padding than needed is not wrong
    batch: tuple[Array, Array, Array] = expect(
        got, "tokens", "lengths", "authors", axes="BT B B"
    ).to_be_shaped((rows, width), (rows,), (rows,), dtype="int64")
    return batch


def _check_lengths(tokens: Array, lengths: Array, wanted: list[int]) -> None:
    """Raise `Mismatch` unless the lengths are these, in any order."""
    if (lengths == tokens.shape[1]).all():
        raise Mismatch(
            "The lengths are those of the padded rows.",
            "What do your lengths say about the shortest sentence?",
        )
    if sorted(lengths + 1) == sorted(wanted):
        raise Mismatch("The lengths do not count <EOS>.", "Does a length count every real id of its row?")
    if sorted(lengths) != sorted(wanted):
        raise Mismatch(
            "The lengths are not those of the sentences, <EOS> included.",
            "Print the lengths beside the sentences: what does each number count?",
        )
