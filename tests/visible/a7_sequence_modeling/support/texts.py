"""Texts, and the way from them to batches, for checks of what lies on it.

Ids are read from the student's own vocabulary, and a batch is made of the student's own items, so that each
mistake costs its own check. Where those cannot be used, the grader's take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, StudentFailure, describe, expect

Vocabulary = Mapping[str, int]
Item = tuple[Any, Any]
Got = TypeVar("Got")

PAD, SOS, EOS = SPECIALS = "<PAD>", "<SOS>", "<EOS>"
ALPHABET = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'-\n<>—é"
LENGTHS = (13, 5, 29, 5, 21, 8)  # unsorted, two of them equal, and no order that is its own inverse


def text(draw: Draw, length: int, alphabet: str = ALPHABET) -> str:
    return "".join(alphabet[i] for i in draw.integers(0, len(alphabet), length))


def sentences(draw: Draw, long: bool = False) -> list[str]:
    """Sentences of different lengths that together hold the whole alphabet; `long`: one has hundreds."""
    lengths = (*LENGTHS, int(draw.integers(600, 1500))) if long else LENGTHS
    return [ALPHABET, " so ", *(text(draw, length) for length in lengths)]


# ---- vocabularies


def vocabulary(student: Student, texts: Sequence[str], seed: int = 0) -> dict[str, int]:
    """The student's vocabulary of these texts, as far as it is a dict of symbols to whole numbers."""
    got = student.call("build_vocab", list(texts), seed=seed)
    if not isinstance(got, dict):
        raise Mismatch(f"build_vocab was to return a dict of symbols to ids; got {describe(got)}.")
    if not all(type(index) is int for index in got.values()):
        raise Mismatch("The ids in the vocabulary are not all Python ints.", "What does the dict look up?")
    return got


def checked_vocabulary(vocab: dict[str, int], texts: Sequence[str]) -> dict[str, int]:
    """The vocabulary, if it can be one of these texts. Raises Mismatch if not."""
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


def usable_vocabulary(student: Student, texts: Sequence[str]) -> dict[str, int]:
    """The student's vocabulary if it is right, else the grader's.

    The grader's has the special tokens where no constant in a student's code expects them.
    """
    symbols = [PAD, *sorted(set("".join(texts))), EOS, SOS]
    made = {symbol: index for index, symbol in enumerate(symbols)}
    return _attempt(lambda: checked_vocabulary(vocabulary(student, texts), texts)) or made


# ---- items of a dataset


def ids_of(item: object, author: int) -> Array:
    """The ids of an item of the right form; its author is the right one."""
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise Mismatch(f"An item was to be (ids, author); got {describe(item)}.")
    ids = item[0]
    if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu" and ids.dtype.itemsize < 4:
        raise Mismatch(
            f"The sentence of an item has dtype {ids.dtype}; int64 was wanted.",
            "With which dtype can ids choose rows of nn.Embedding?",
        )
    size = ids.shape if isinstance(ids, np.ndarray) and ids.ndim == 1 else (1,)
    clean: Array = expect(ids, "The sentence of an item").to_be_shaped(size, dtype="int64")
    expect(item[1], "The author of an item").to_be_number(
        author,
        otherwise="{name} is not that of its sentence.",
        hint="Does sentence i keep author i?",
        tolerance=0,
    )
    return clean


def usable_items(
    student: Student, lines: Sequence[str], authors: Sequence[int], vocab: Vocabulary
) -> list[Item]:
    """The student's items if they have the right form, else the grader's."""
    made = [np.array([*(vocab[character] for character in line), vocab[EOS]]) for line in lines]
    own = _attempt(lambda: _items_of(student, lines, authors, vocab))
    return own or list(zip(made, authors, strict=True))


def starts_with_sos(student: Student) -> bool:
    """Whether the rows of the student's own dataset begin with <SOS>."""
    vocab = usable_vocabulary(student, ["ab"])
    items = _attempt(lambda: _items_of(student, ["ab"], [0], vocab))
    return items is not None and list(items[0][0][:1]) == [vocab[SOS]]


def _items_of(
    student: Student, lines: Sequence[str], authors: Sequence[int], vocab: Vocabulary
) -> list[Item]:
    """Every item of the student's dataset, all of the right form."""
    dataset = student.new("AuthorDataset", list(lines), list(authors), dict(vocab))
    items: list[Any] = [dataset.method("__getitem__", i) for i in range(len(lines))]
    for item, author in zip(items, authors, strict=True):
        ids_of(item, author)
    return items


def _attempt(do: Callable[[], Got]) -> Got | None:
    """What `do` gives; None if the student's code fails at it."""
    try:
        return do()
    except (Mismatch, StudentFailure):
        return None
