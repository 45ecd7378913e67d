"""Checks of the way from texts to batches: vocabulary, encoding, dataset, collate_fn.

Ids are read from the student's own vocabulary, and a batch is made of the student's own items, so that each
mistake costs its own check. Where those cannot be used, the grader's take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import same_lists
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, describe, expect

Array = NDArray[Any]
Vocabulary = Mapping[str, int]
Item = tuple[Any, Any]
Got = TypeVar("Got")

PAD, SOS, EOS = SPECIALS = "<PAD>", "<SOS>", "<EOS>"
ALPHABET = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'-\n<>—é"
LENGTHS = (13, 5, 29, 5, 21, 8)  # unsorted, two of them equal, and no order that is its own inverse


def text(draw: Draw, length: int, alphabet: str = ALPHABET) -> str:
    return "".join(alphabet[i] for i in draw.integers(0, len(alphabet), length))


def sentences(draw: Draw, longest: int = 0) -> list[str]:
    """Sentences of different lengths that together hold the whole alphabet."""
    lengths = [*LENGTHS, longest] if longest else LENGTHS
    return [ALPHABET, " so ", *(text(draw, length) for length in lengths)]


def made_vocabulary(texts: Sequence[str]) -> dict[str, int]:
    """The grader's own, with the special tokens where no constant in a student's code expects them."""
    symbols = [PAD, *sorted(set("".join(texts))), EOS, SOS]
    return {symbol: index for index, symbol in enumerate(symbols)}


def vocabulary(student: Any, texts: Sequence[str], seed: int = 0) -> dict[str, int]:
    """The student's vocabulary of these texts, as far as it is a dict of symbols to whole numbers."""
    got = student.call("build_vocab", list(texts), seed=seed)
    if not isinstance(got, dict):
        raise Mismatch(f"build_vocab was to return a dict of symbols to ids; got {describe(got)}.")
    if not all(type(index) is int for index in got.values()):
        raise Mismatch("The ids in the vocabulary are not all Python ints.", "What does the dict look up?")
    return got


def usable_vocabulary(student: Any, texts: Sequence[str]) -> dict[str, int]:
    """The student's vocabulary if it is right, else the grader's."""
    own = attempt(lambda: checked_vocabulary(vocabulary(student, texts), texts))
    return made_vocabulary(texts) if own is None else own


def checked_vocabulary(vocab: dict[str, int], texts: Sequence[str]) -> dict[str, int]:
    for special in SPECIALS:
        if special not in vocab:
            raise Mismatch(
                f"{special} is not in the vocabulary.", "Which three special tokens does the text name?"
            )
    missing = sorted(set("".join(texts)) - set(vocab))
    if missing:
        raise Mismatch(
            f"The vocabulary lacks {len(missing)} of the characters in the texts, {missing[0]!r} for one.",
            "Does it have every character of every text: capitals, blanks, line ends?",
        )
    if vocab[PAD] != 0:
        raise Mismatch("<PAD> does not have the id 0.", "Which symbol do your padded cells decode to?")
    if len(set(vocab.values())) < len(vocab):
        raise Mismatch(
            "Several symbols of the vocabulary share an id.",
            "Count the distinct ids: are there as many as symbols?",
        )
    if min(vocab.values()) < 0 or max(vocab.values()) >= len(vocab):
        raise Mismatch(
            "Some ids are not between 0 and len(vocab) - 1: an embedding of that size has no row for them.",
            "How many rows does nn.Embedding(len(vocab), …) have?",
        )
    return vocab


def vocabulary_is_complete(student: Any, draw: Draw) -> None:
    for texts in (sentences(draw), [text(draw, 30, "cab"), text(draw, 9, "xyz D\n")]):
        checked_vocabulary(vocabulary(student, texts), texts)


def vocabulary_is_the_same_every_time(student: Any, draw: Draw) -> None:
    """No second process is needed to see a set's order: it is not only another one in each process.

    It also changes when the set grows. Every order that the texts decide keeps the characters of a text in
    their order when new and rarer characters are appended: code points, first appearance, frequency.
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


def encoding(student: Any, draw: Draw) -> None:
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


def items_of(student: Any, lines: Sequence[str], authors: Sequence[int], vocab: Vocabulary) -> list[Item]:
    """Every item of the student's dataset, as it is."""
    dataset = student.new("AuthorDataset", list(lines), list(authors), dict(vocab))
    return [student.method(dataset, "__getitem__", i) for i in range(len(lines))]


def usable_items(student: Any, lines: Sequence[str], authors: Sequence[int], vocab: Vocabulary) -> list[Item]:
    """The student's items if they have the right form, else the grader's."""

    def own() -> list[Item]:
        items = items_of(student, lines, authors, vocab)
        for item, author in zip(items, authors, strict=True):
            _clean_item(item, author)
        return items

    made = [np.array([*(vocab[character] for character in line), vocab[EOS]]) for line in lines]
    return attempt(own) or list(zip(made, authors, strict=True))


def _clean_item(item: object, author: int) -> Array:
    """The ids of an item of the right form; its author is the right one."""
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise Mismatch(f"An item was to be (ids, author); got {describe(item)}.")
    ids = item[0]
    size = ids.shape if isinstance(ids, np.ndarray) and ids.ndim == 1 else (1,)
    clean: Array = expect(ids, "The sentence of an item").to_be_shaped(size, dtype="int64")
    expect(item[1], "The author of an item").to_be_number(
        author,
        otherwise="{name} is not that of its sentence.",
        hint="Does sentence i keep author i?",
        tolerance=0,
    )
    return clean


def dataset_items(student: Any, draw: Draw, longest: int = 0) -> None:
    lines = sentences(draw, longest)
    lines.append(lines[2])  # the same sentence, by another author
    authors = [2, *(int(author) for author in draw.integers(1, 3, len(lines) - 2))]  # 0 wrote none of them
    authors.append(3 - authors[2])
    vocab = usable_vocabulary(student, lines)
    dataset = student.new("AuthorDataset", lines, authors, vocab)
    expect(student.method(dataset, "__len__"), "len(dataset)").to_be_number(
        len(lines), otherwise="{name} is not the number of sentences.", tolerance=0
    )
    for i, (line, author) in enumerate(zip(lines, authors, strict=True)):
        ids = list(_clean_item(student.method(dataset, "__getitem__", i), author))
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


def dataset_stays_as_it_is(student: Any, draw: Draw) -> None:
    lines = sentences(draw)
    authors = [int(author) for author in draw.integers(0, 3, len(lines))]
    vocab = usable_vocabulary(student, lines)
    dataset = student.new("AuthorDataset", lines, authors, vocab)
    for i in (2, 0, 3):
        first, second = (student.method(dataset, "__getitem__", i) for _ in range(2))
        if not same_lists(first, second):
            raise Mismatch(
                "The same item has changed when it is read a second time.",
                "Which of your lines changes a list that the dataset keeps?",
            )


def batches(student: Any, draw: Draw, longest: int = 0) -> None:
    """tokens, lengths and authors of two batches, row by row, in the order of the list."""
    lines = sentences(draw, longest)[1:]
    lines.append(lines[1])  # the same sentence, by another author
    authors = [(2 + i) % 3 for i in range(len(lines))]
    vocab = usable_vocabulary(student, lines)
    _check_batch(student, lines, authors, vocab)
    _check_batch(student, lines[:4], [2, 1, 2, 1], vocab)  # a batch of some authors only


def _check_batch(student: Any, lines: Sequence[str], authors: Sequence[int], vocab: Vocabulary) -> None:
    items = usable_items(student, lines, authors, vocab)
    tokens, lengths, got = _batch(student, items)
    if (lengths == tokens.shape[1]).all():
        raise Mismatch(
            "The lengths are those of the padded rows.",
            "What do your lengths say about the shortest sentence?",
        )
    wanted = sorted(len(ids) for ids, _ in items)
    if sorted(lengths + 1) == wanted:
        raise Mismatch("The lengths do not count <EOS>.", "Does a length count every real id of its row?")
    if sorted(lengths) != wanted:
        raise Mismatch(
            "The lengths are not those of the sentences, <EOS> included.",
            "Print the lengths beside the sentences: what does each number count?",
        )
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
            "If the rows change their order, what else has to? And is an author's number the same in every "
            "batch?",
        )
    if rows != whole:
        raise Mismatch(
            "The rows are not in the order of the list.", "Does anything need sorted rows, and who sorts?"
        )


def batch_is_as_wide_as_its_longest(student: Any, draw: Draw) -> None:
    """A notice: more padding is slower, not wrong."""
    lines = sentences(draw)[1:]
    items = usable_items(student, lines, [0] * len(lines), usable_vocabulary(student, lines))
    tokens, _, _ = _batch(student, items)
    longest = max(len(ids) for ids, _ in items)
    if tokens.shape[1] != longest:
        raise Mismatch(
            f"The batch has {tokens.shape[1]} columns; its longest sentence needs {longest}.",
            "The text asks for the longest sentence in that batch: is that your T?",
        )


def _batch(student: Any, items: Sequence[Item]) -> tuple[Array, Array, Array]:
    got = student.call("collate_fn", list(items))
    rows, width = len(items), max(len(ids) for ids, _ in items)
    names = ("tokens", "lengths", "authors")
    first = got[0] if isinstance(got, (tuple, list)) and got else None
    if isinstance(first, np.ndarray) and first.ndim == 2:
        width = max(width, first.shape[1])  # more padding than needed is not wrong
    batch: tuple[Array, Array, Array] = expect(got, *names, axes="BT B B").to_be_shaped(
        (rows, width), (rows,), (rows,), dtype="int64"
    )
    return batch


def starts_with_sos(student: Any) -> bool:
    """Whether the rows of the student's own dataset begin with <SOS>."""
    vocab = usable_vocabulary(student, ["ab"])
    ids = attempt(lambda: _clean_item(items_of(student, ["ab"], [0], vocab)[0], 0))
    return ids is not None and list(ids[:1]) == [vocab[SOS]]


def attempt(do: Callable[[], Got]) -> Got | None:
    """What `do` gives; None if the student's code fails at it (their failures have a `sentence`)."""
    try:
        return do()
    except Exception as error:
        if isinstance(error, Mismatch) or hasattr(error, "sentence"):
            return None
        raise
