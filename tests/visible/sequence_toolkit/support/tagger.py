"""A student's BiLSTMTagger. Only real steps are looked at; its logits may be as wide as the batch or as its
longest row.
"""

from __future__ import annotations

import numpy as np

from autograder.checks import Array, Draw, Student, Value, expect
from tests.visible.sequence_toolkit.support.padding import without_padding

V, E, H, K, T = 13, 4, 6, 3, 7
LENGTHS = np.array([2, 5, 3, 4])  # its sort order is not its own inverse, and no row is full
LOGITS = "BiLSTMTagger's logits"


class Model:
    """A student's tagger of these sizes; the shape of all its logits is looked at."""

    def __init__(self, student: Student, *sizes: int, seed: int = 0, dropout: float | None = None) -> None:
        options: dict[str, Value] = {} if dropout is None else {"dropout": dropout}
        self.thing, self.tags = student.new("BiLSTMTagger", *sizes, seed=seed, **options), sizes[-1]

    def wide(self, tokens: Array, lengths: Array, train: bool = False, seed: int = 0) -> Array:
        """(B, T or the longest row, K), zeros at padding."""
        rows, columns = tokens.shape
        got = without_padding(self.thing(tokens, lengths, train=train, seed=seed), lengths)
        shape = (rows, (columns, int(max(lengths))), self.tags)
        clean: Array = expect(got, LOGITS, axes="BTK").to_be_shaped(shape)
        return clean

    def logits(self, tokens: Array, lengths: Array = LENGTHS, train: bool = False, seed: int = 0) -> Array:
        """Up to the end of the longest row."""
        return self.wide(tokens, lengths, train, seed)[:, : int(max(lengths))]


def random_model(
    student: Student,
    draw: Draw,
    scale: float = 0.8,
    tags: int = K,
    dropout: float | None = 0.0,
    vocab: int = V,
) -> Model:
    """Its weights are random; it is without dropout, which has a check of its own. None: as by default."""
    model = Model(student, vocab, E, H, tags, dropout=dropout)
    model.wide(draw.tokens([2, 1], V), np.array([2, 1]))
    model.thing.randomised(draw, scale)
    return model


def sentences(draw: Draw, lengths: Array = LENGTHS) -> Array:
    """(B, T) with zeros behind each row."""
    return draw.tokens(list(lengths), V, columns=T)


def other(tokens: Array, columns: Array) -> Array:
    """Another real token in this column of each row."""
    changed, rows = tokens.copy(), np.arange(len(tokens))
    changed[rows, columns] = changed[rows, columns] % (V - 1) + 1
    return changed
