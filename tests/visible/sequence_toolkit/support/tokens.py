"""Which tokens' vectors learn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.checks import Array, Draw

LONG = 26  # steps; longer than any stretch after which a state might be cut off


def far(draw: Draw) -> int:
    """How many steps no code can know, nor look back at with a window."""
    return int(draw.integers(6 * LONG, 8 * LONG))


def by_token(gradients: Mapping[str, Array | None], vocab: int) -> Array:
    """The largest gradient (vocab,) of each id, in any weight with one row or column per id."""
    found = np.zeros(vocab)
    for gradient in gradients.values():
        if gradient is None or gradient.ndim < 2:
            continue
        for axis in (axis for axis, size in enumerate(gradient.shape) if size == vocab):
            by_id = np.moveaxis(gradient, axis, 0).reshape(vocab, -1)
            found = np.maximum(found, np.abs(by_id).max(1))
    return found


def tokens_that_learn(gradients: Mapping[str, Array | None], vocab: int) -> set[int]:
    """The ids at which any weight with one row or column per id has a gradient."""
    return set(np.flatnonzero(by_token(gradients, vocab)).tolist())
