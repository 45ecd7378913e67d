"""Worked examples of assignment 7: encoding, items, batches, shifted targets, the loss without padding."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.harness.worked.making import Idea, Numbers, cross_entropy, example, floats, ints, step

CHECKS = {
    "collate::encoding_*": ["encode"],
    "collate::items_*": ["AuthorDataset", "encode"],
    "collate::batch_*": ["collate_fn", "AuthorDataset", "encode"],
    "paradigms::first_characters_*": ["first_characters"],
    "paradigms::pairs_*": ["language_model_pairs"],
    "paradigms::loss_leaves_out_padding": ["token_loss"],
    "paradigms::loss_passes_gradients_on": ["token_loss"],
}
AFTER: dict[str, list[str]] = {}

VOCAB = {"<PAD>": 0, "<SOS>": 1, "<EOS>": 2, "a": 3, "b": 4, "A": 5, " ": 6}


def encode(text: str) -> dict[str, Any]:
    ids = [VOCAB[character] for character in text]
    return example(
        f'encode("{text}", vocab)',
        [(each, VOCAB[each]) for each in sorted(set(text))],
        [step("ids", "one for each character", ids, [])],
        {"call": "encode", "args": [text, {"dict": VOCAB}]},
    )


def item(i: int, texts: list[str], authors: list[int]) -> dict[str, Any]:
    ids = [VOCAB[character] for character in texts[i]] + [VOCAB["<EOS>"]]
    return example(
        f"item {i} of AuthorDataset({json.dumps(texts)}, {authors}, vocab)",
        [("blank" if each == " " else each, VOCAB[each]) for each in ["<EOS>", *sorted(set(texts[i]))]],
        [
            step("ids", "its characters, then <EOS>", ids, [0]),
            step("author", f"the number of sentence {i}", authors[i], [1]),
        ],
        {"new": ["AuthorDataset", texts, authors, {"dict": VOCAB}], "method": "__getitem__", "args": [i]},
        also=[[[VOCAB["<SOS>"], *ids], authors[i]]],
        alone=True,
    )


def length_of_dataset() -> dict[str, Any]:
    return example(
        'len(AuthorDataset(["a", "b", "ab"], [0, 1, 1], vocab))',
        [],
        [step("length", "its sentences, counted", 3, [])],
        {"new": ["AuthorDataset", ["a", "b", "ab"], [0, 1, 1], {"dict": VOCAB}], "method": "__len__"},
    )


def collate(*items: tuple[list[int], int]) -> dict[str, Any]:
    longest = max(len(ids) for ids, _ in items)
    rows = [ids + [0] * (longest - len(ids)) for ids, _ in items]
    return example(
        f"collate_fn of {len(items)} items",
        [
            part
            for i, (ids, author) in enumerate(items)
            for part in ((f"item {i}", ids), ("by author", author))
        ],
        [
            *(step(f"tokens, row {i}", "the ids, then 0", row, [0, i]) for i, row in enumerate(rows)),
            step("lengths", "ids of each item, counted", [len(ids) for ids, _ in items], [1]),
            step("authors", "one for each row", [author for _, author in items], [2]),
        ],
        {"call": "collate_fn", "args": [[{"tuple": [ints(*ids), author]} for ids, author in items]]},
        alone=True,
    )


def first_characters() -> dict[str, Any]:
    return example(
        "first_characters of two rows",
        [("row 0", [5, 6]), ("row 1", [7, 8])],
        [step("row 0", "its first id", 5, [0]), step("row 1", "its first id", 7, [1])],
        {"call": "first_characters", "args": [ints([5, 6], [7, 8])]},
        also=[[6, 8]],  # where every row begins with <SOS>
        alone=True,
    )


def pairs(text: str, length: int) -> dict[str, Any]:
    chunks = [text[start : start + length] for start in range(0, len(text) - length + 1, length)]
    coded = [[VOCAB[character] for character in chunk] for chunk in chunks]
    inputs = [
        step(f"inputs, row {i}", "<SOS>, then the chunk", [1, *ids], [0, i]) for i, ids in enumerate(coded)
    ]
    targets = [
        step(f"targets, row {i}", "the chunk, then <EOS>", [*ids, 2], [1, i]) for i, ids in enumerate(coded)
    ]
    more = [
        step(f"{name}, row {len(coded)}", "there is none", [], [at, len(coded)])
        for at, name in enumerate(("inputs", "targets"))
    ]
    return example(
        f'language_model_pairs("{text}", vocab, length={length})',
        [("<SOS>", 1), ("<EOS>", 2), ("a", 3), ("b", 4)],
        [*inputs, *targets, *more],
        {"call": "language_model_pairs", "args": [text, {"dict": VOCAB}, length]},
        alone=True,
    )


def loss(
    rows: Sequence[Sequence[tuple[Sequence[float], int]]], named: Sequence[tuple[str, Numbers]]
) -> dict[str, Any]:
    """The mean over all real targets; a row is a list of scores and their target."""
    real = [(scores, target) for row in rows for scores, target in row if target]
    each = [cross_entropy(scores, target) for scores, target in real]
    mean = sum(each) / len(each)
    many = len(each) > 1
    return example(
        "token_loss of one row" if len(rows) == 1 else f"token_loss of {len(rows)} rows",
        named,
        [
            step("losses" if many else "loss", "−ln softmax(scores)[target], without <PAD>", each),
            step("token_loss", "their mean" if many else "the mean of this one", mean, []),
        ],
        {
            "call": "token_loss",
            "args": [
                floats(*([list(scores) for scores, _ in row] for row in rows)),
                ints(*([target for _, target in row] for row in rows)),
            ],
        },
    )


def losses() -> Idea:
    two = [[([0, 1], 1), ([2, 0], 1)]]
    padded = [[([0, 1], 1), ([0, 3], 0)]]
    third = [[([0, 1, 2], 1), ([0, 0, 1], 2)]]
    rows = [[([0, 1], 1), ([0, 1], 1)], [([2, 0], 1), ([2, 0], 0)]]
    return [
        loss([[([0, 1], 1)]], [("scores", [0, 1]), ("target", 1)]),
        loss(two, [("scores, step 1", [0, 1]), ("step 2", [2, 0]), ("targets", [1, 1])]),
        loss(padded, [("scores, step 1", [0, 1]), ("step 2", [0, 3]), ("targets", [1, 0])]),
        loss(third, [("scores, step 1", [0, 1, 2]), ("step 2", [0, 0, 1]), ("targets", [1, 2])]),
        loss([[([0, 1, 5], 1)]], [("scores", [0, 1, 5]), ("target", 1)]),
        loss(
            rows,
            [
                ("scores at each step of row 0", [0, 1]),
                ("of row 1", [2, 0]),
                ("targets of row 0", [1, 1]),
                ("of row 1", [1, 0]),
            ],
        ),
    ]


def ideas() -> dict[str, Idea]:
    return {
        "encode": [encode("ab"), encode("aab"), encode("aA")],
        "AuthorDataset": [
            item(0, ["a", "bb"], [2, 1]),
            item(1, ["a", "bb"], [2, 1]),
            length_of_dataset(),
            item(1, ["a", "a"], [2, 1]),
            item(0, [" a"], [1]),
        ],
        "collate_fn": [collate(([3, 2], 1), ([2], 2)), collate(([2], 2), ([3, 2], 1))],
        "first_characters": [first_characters()],
        "language_model_pairs": [pairs("ab", 2), pairs("abba", 2), pairs("abb", 1)],
        "token_loss": losses(),
    }
