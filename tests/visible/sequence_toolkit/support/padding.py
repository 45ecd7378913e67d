"""Rows of their own lengths in one batch: which steps of them are real."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.checks import Array, Value


def real(lengths: Sequence[int] | Array, columns: int = 0) -> Array:
    """(B, columns), or as wide as the longest row: True where there is a step and no padding."""
    return np.arange(columns or max(lengths)) < np.asarray(lengths)[:, None]


def without_padding(value: Value, lengths: Array) -> Value:
    """Zeros at padding, if this is (B, T, …): what stands there may be anything, -inf and nan too."""
    if not isinstance(value, np.ndarray) or value.ndim != 3 or len(value) != len(lengths):
        return value
    return np.where(real(lengths, value.shape[1])[..., None], value, value.dtype.type(0))
