"""The numbers that a check feeds to a student's code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Draw:
    """A seeded source of inputs: the canonical seed 0 at home, the submission's own at the grader's.

    `symmetric`: the check runs for the diagnosis; weights are filled instead of drawn (`weights.randomise`).
    """

    def __init__(self, seed: int = 0, *, symmetric: bool = False) -> None:
        self.seed, self.symmetric = seed, symmetric
        self._random = np.random.default_rng(abs(seed))

    @property
    def turn(self) -> float:
        """An angle of this draw's own: it turns the waves of a symmetric fill."""
        return abs(self.seed) % 997 / 997 * 2 * np.pi

    def normal(self, *shape: int, scale: float = 1.0) -> NDArray[np.float32]:
        return (self._random.normal(size=shape) * scale).astype(np.float32)

    def distinct(self, *shape: int, scale: float = 1.0) -> NDArray[np.float32]:
        """Normal numbers, no two of which are equal in float32 (nor checked to be, in a large array)."""
        while True:
            numbers = self.normal(*shape, scale=scale)
            if numbers.size > 1000 or np.unique(numbers).size == numbers.size:
                return numbers

    def integers(self, low: int, high: int, *shape: int) -> NDArray[np.int64]:
        """Whole numbers from `low` up to, not including, `high`."""
        return self._random.integers(low, high, size=shape, dtype=np.int64)

    def order(self, size: int) -> NDArray[np.int64]:
        """0, …, size - 1, shuffled."""
        return self._random.permutation(size)

    def tokens(self, lengths: Sequence[int], vocab: int, pad: int = 0, columns: int = 0) -> NDArray[np.int64]:
        """One row of ids per length, none of them `pad` before its end.

        The shape is (len(lengths), max(lengths) or `columns`).
        """
        rows = np.full((len(lengths), max(*lengths, columns)), pad, np.int64)
        ids = np.array([token for token in range(vocab) if token != pad])
        for row, length in zip(rows, lengths, strict=True):
            row[:length] = self._random.choice(ids, length)
        return rows

    def child(self, key: str) -> Draw:
        """A source of its own for `key`, whatever was drawn here before."""
        digest = hashlib.sha256(f"{self.seed}/{key}".encode()).digest()
        return Draw(int.from_bytes(digest[:8], "big"), symmetric=self.symmetric)
