"""What assignment 7 makes of texts: the vocabulary, encoding, the dataset, batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.making import Clause, Idea

CHECKS = {
    "collate::every_symbol_*": ["build_vocab"],
    "collate::ids_are_*": ["build_vocab"],
    "collate::encoding_*": ["encode"],
    "collate::items_*": ["encode", "AuthorDataset"],
    "collate::batch_*": ["encode", "AuthorDataset", "collate_fn"],
}
PAD, SOS, EOS = SPECIAL = "<PAD>", "<SOS>", "<EOS>"
CHARACTERS = "aAb cBx<EOS>y"  # the five of <EOS>, too
VOCAB = {symbol: index for index, symbol in enumerate([*SPECIAL, *CHARACTERS])}

Choices = dict[str, dict[Any, Clause]]


# ---- build_vocab


def vocabulary(
    texts: list[str],
    order: str = "sorted",
    reads: str = "all",
    case: str = "as it is",
    blanks: str = "kept",
    counts: str = "characters",
    special: str = "in front",
    first: int = 0,
) -> Value:
    some = {"all": texts, "first": texts[:1], "last": texts[-1:], "but the last": texts[:-1]}[reads]
    some = [{"as it is": text, "lower": text.lower(), "upper": text.upper()}[case] for text in some]
    if blanks == "left out":
        some = ["".join(text.split()) for text in some]
    parts = {
        "characters": lambda: list("".join(some)),
        "words": lambda: " ".join(some).split(),
        "texts": lambda: some,
        "every occurrence": lambda: list("".join(some)),
    }[counts]()
    if counts != "every occurrence":
        parts = list(dict.fromkeys(parts))
    if order == "sorted":
        parts = sorted(parts)
    symbols = {
        "in front": [*SPECIAL, *parts],
        "behind": [*parts, *SPECIAL],
        "<PAD> in front, the others behind": [PAD, *parts, SOS, EOS],
        "no <SOS>": [PAD, EOS, *parts],
        "no <EOS>": [PAD, SOS, *parts],
        "no <PAD>": [SOS, EOS, *parts],
        "<PAD> alone": [PAD, *parts],
        "none": parts,
        "one id for two": [PAD, SOS, *parts],
        "<EOS>'s again": [PAD, SOS, EOS, *parts],
    }[special]
    found = {symbol: index + first for index, symbol in enumerate(symbols)}
    if special == "one id for two":
        found[EOS] = found[SOS]
    if special == "<EOS>'s again":
        found = {symbol: index - (symbol in parts) for symbol, index in found.items()}
    return found


OWN_ID = "Count the distinct ids: are there as many as symbols?"
THREE = "Which three special tokens does the text name, and which id has <PAD>?"
VOCABULARY: Choices = {
    "order": {"sorted": "", "of appearance": ""},
    "reads": {
        "all": "",
        "first": ("only the first text is looked at", "Are the characters of the last text there, too?"),
        "last": ("only the last text is looked at", "Are the characters of the first text there, too?"),
        "but the last": ("the last text is left out", "Are the characters of the last text there, too?"),
    },
    "case": {
        "as it is": "",
        "lower": ("every letter is made a small one", "Does the text say that case may be dropped?"),
        "upper": ("every letter is made a capital one", "Does the text say that case may be dropped?"),
    },
    "blanks": {
        "kept": "",
        "left out": ("blanks and line ends get no id", "Is a blank a character of your text?"),
    },
    "counts": {
        "characters": "",
        "words": ("words get ids, not characters", "Does your vocabulary look up a word or a character?"),
        "texts": ("whole texts get ids, not characters", "What do you get when you go through a list?"),
        "every occurrence": ("a character takes one more id each time it occurs again", OWN_ID),
    },
    "special": {
        "in front": "",
        "<PAD> in front, the others behind": "",
        "behind": ("the special tokens come after the characters, so that <PAD> is not 0", THREE),
        "no <SOS>": ("<SOS> is missing", THREE),
        "no <EOS>": ("<EOS> is missing", THREE),
        "no <PAD>": ("<PAD> is missing", THREE),
        "<PAD> alone": ("<SOS> and <EOS> are missing", THREE),
        "none": ("the special tokens are missing", THREE),
        "one id for two": ("<SOS> and <EOS> have the same id", OWN_ID),
        "<EOS>'s again": ("the first character has the id of <EOS>", OWN_ID),
    },
    "first": {0: "", 1: ("the ids begin with 1", "Which id has <PAD>?")},
}


# ---- encode


def encoded(text: str, case: str, blanks: str) -> list[int]:
    if case == "lower":
        return [VOCAB.get(character.lower(), 0) for character in text]
    kept = {"kept": text, "left out": "".join(text.split()), "off the ends": text.strip()}[blanks]
    return [VOCAB[character] for character in kept]


def encoding(
    text: str,
    each: str = "every",
    case: str = "as it is",
    blanks: str = "kept",
    added: str = "nothing",
    order: str = "as it is",
    off: int = 0,
    form: str = "list",
) -> Value:
    text = {
        "every": text,
        "once": "".join(dict.fromkeys(text)),
        "not the first": text[1:],
        "not the last": text[:-1],
    }[each]
    ids = [index + off for index in encoded(text, case, blanks)]
    ids = ids[::-1] if order == "backwards" else ids
    start, end = VOCAB[SOS], VOCAB[EOS]
    ids = {
        "nothing": ids,
        "<EOS>": [*ids, end],
        "<SOS>": [start, *ids],
        "both": [start, *ids, end],
    }[added]
    return ids if form == "list" else np.array(ids)


DECODE = "Encode and decode a short text: do you get it back?"
BLANKS: dict[Any, Clause] = {
    "kept": "",
    "left out": ("blanks are left out", DECODE),
    "off the ends": ("blanks at both ends of a text are left out", DECODE),
}
ENCODING: Choices = {
    "each": {
        "every": "",
        "once": ("a character that occurs again gets no second id", "How many ids does a double letter get?"),
        "not the first": ("the first character is left out", DECODE),
        "not the last": ("the last character is left out", DECODE),
    },
    "case": {
        "as it is": "",
        "lower": ("capitals are looked up as small letters, and what is unknown becomes <PAD>", DECODE),
    },
    "blanks": BLANKS,
    "added": {
        "nothing": "",
        "<EOS>": ("encode adds <EOS> behind the text", "Who adds <EOS>: encode, or the dataset?"),
        "<SOS>": ("encode adds <SOS> in front of the text", "Does the docstring want special tokens here?"),
        "both": ("encode adds <SOS> and <EOS>", "Does the docstring want special tokens here?"),
    },
    "order": {"as it is": "", "backwards": ("the text is read backwards", DECODE)},
    "off": {
        0: "",
        1: ("every id is 1 too large", "Is the id exactly what the vocabulary holds?"),
        -1: ("every id is 1 too small", "Is the id exactly what the vocabulary holds?"),
    },
    "form": {
        "list": "",
        "tensor": ("the ids come back as a tensor, not as a list", "What does the signature promise?"),
    },
}


# ---- AuthorDataset


class Item(NamedTuple):
    """Item i of a dataset; without i, its length."""

    texts: Sequence[str]
    authors: Sequence[int]
    i: int | None


def item(
    case: Item,
    ends: str = "<EOS> behind",
    blanks: str = "kept",
    text: str = "its own",
    author: str = "its own",
    order: str = "ids, author",
    form: str = "tensor",
    length: str = "sentences",
) -> Value:
    texts, authors, i = case
    if i is None:
        return {
            "sentences": len(texts),
            "first sentence": len(texts[0]),
            "longest sentence": max(map(len, texts)),
            "characters": sum(map(len, texts)),
            "authors": len(set(authors)),
            "one less": len(texts) - 1,
            "themselves": list(texts),
        }[length]
    at = {"its own": i, "the next": i + 1, "the first": 0}[text]
    ids = encoded(texts[at], "as it is", blanks)
    spelled = [VOCAB[character] for character in EOS]
    start, end = VOCAB[SOS], VOCAB[EOS]
    ids = {
        "<EOS> behind": [*ids, end],
        "<SOS> in front, too": [start, *ids, end],
        "none": ids,
        "<EOS> in front": [end, *ids],
        "<SOS> in front": [start, *ids],
        "<SOS> behind": [*ids, start],
        "<PAD> behind": [*ids, 0],
        "twice": [*ids, end, end],
        "spelled": [*ids, *spelled],
        "for the last": [*ids[:-1], end],
    }[ends]
    known = list(dict.fromkeys(authors))
    whose = {
        "its own": authors[i],
        "the first": authors[0],
        "the next": authors[(i + 1) % len(authors)],
        "afresh": sorted(known).index(authors[i]),
        "by appearance": known.index(authors[i]),
        "of the same sentence": authors[list(texts).index(texts[i])],
        "i": i,
    }[author]
    told = ids if form == "list" else np.array(ids)
    return {"ids, author": (told, whose), "author, ids": (whose, told), "ids": told}[order]


NUMBERED = "Does another dataset, of fewer authors, give the same numbers?"
END = "Does every sentence end with the one token you need at the end, and begin with its first character?"
DATASET: Choices = {
    "ends": {
        "<EOS> behind": "",
        "<SOS> in front, too": "",
        "none": ("no <EOS> stands behind the sentence", END),
        "<EOS> in front": ("<EOS> stands in front of the sentence", "Which end of the sentence is the end?"),
        "<SOS> in front": ("<SOS> stands in front and no <EOS> behind", END),
        "<SOS> behind": ("the sentence ends with <SOS>", "Which token ends a sentence?"),
        "<PAD> behind": ("the sentence ends with <PAD>", "Which token ends a sentence?"),
        "twice": ("<EOS> stands behind the sentence twice", "Who adds <EOS>: encode, or the dataset?"),
        "spelled": ("<EOS> is spelled out as five characters", "Is <EOS> one symbol or several letters?"),
        "for the last": ("<EOS> takes the place of the last character", END),
    },
    "blanks": BLANKS,
    "text": {
        "its own": "",
        "the next": ("item i has the sentence behind it", "At which number does counting start?"),
        "the first": ("every item has the first sentence", "What does your method do with i?"),
    },
    "author": {
        "its own": "",
        "the first": ("every item has the author of the first", "Does every sentence keep its own author?"),
        "the next": ("item i has the author of the next one", "At which number does counting start?"),
        "afresh": ("the dataset numbers the authors that it has afresh", NUMBERED),
        "by appearance": ("the authors are numbered in the order in which they appear", NUMBERED),
        "of the same sentence": (
            "of a sentence that occurs twice, the first author counts both times",
            "Two authors wrote the same sentence: what does your dataset say?",
        ),
        "i": ("i stands where its author should", "What is the second part of an item?"),
    },
    "order": {
        "ids, author": "",
        "author, ids": ("the author comes first", "In which order does the docstring list the two parts?"),
        "ids": ("the author does not come back", "Which two parts does the docstring list?"),
    },
    "form": {
        "tensor": "",
        "list": ("the ids come back as a list, not as a tensor", "What does pad_sequence take?"),
    },
    "length": {
        "sentences": "",
        "first sentence": ("the length is that of the first sentence", "What does len(dataset) count?"),
        "longest sentence": ("the length is that of the longest sentence", "What does len(dataset) count?"),
        "characters": ("the length counts all characters", "What does len(dataset) count?"),
        "authors": ("the length counts the authors", "What does len(dataset) count?"),
        "one less": ("the length is one less than there are sentences", "What does len(dataset) count?"),
        "themselves": ("the length is the list of sentences itself", "What does len(dataset) count?"),
    },
}


def of_dataset(case: Item) -> dict[str, Any]:
    about = {"new": ["AuthorDataset", list(case.texts), list(case.authors), {"dict": VOCAB}]}
    if case.i is None:
        return about | {"method": "__len__"}
    return about | {"method": "__getitem__", "args": [case.i]}


TEXTS, AUTHORS = (" a bbx", "Bbaxy c", "y b ", " a bbx", "A"), (4, 4, 3, 1, 1)
ITEMS = [Item(TEXTS, AUTHORS, i) for i in (3, 2, None)]
FRESH = [Item(("xA bb", "c", " ab", "xA bb", "b c"), (5, 2, 0, 2, 5), i) for i in (3, 2, 1, None)]

IDEAS = {
    "build_vocab": Idea(
        answer=vocabulary,
        choices=VOCABULARY,
        ask=lambda texts: {"call": "build_vocab", "args": [texts]},
        cases=[["b ab", "C ca b\nd"], ["x", "yx  Zx", "Wz"]],
        fresh=[["a\nB", "cc aAb", "b", "e"], ["My oh my", "no Yo"]],
    ),
    "encode": Idea(
        answer=encoding,
        choices=ENCODING,
        ask=lambda text: {"call": "encode", "args": [text, {"dict": VOCAB}]},
        cases=[" abbA c", "xBb a "],
        fresh=[" cAa bBx", "ybb  Aa "],
    ),
    "AuthorDataset": Idea(answer=item, choices=DATASET, ask=of_dataset, cases=ITEMS, fresh=FRESH),
}
