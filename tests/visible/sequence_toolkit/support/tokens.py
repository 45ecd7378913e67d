"""Which tokens' vectors learn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.checks import Array

LONG = 26  # steps; longer than any stretch after which a state might be cut off


def tokens_that_learn(gradients: Mapping[str, Array | None], vocab: int) -> set[int]:
    """The ids at which any weight with one row or column per id has a gradient."""
    found: set[int] = set()
    for gradient in gradients.values():
        if gradient is None or gradient.ndim < 2:
            continue
        for axis in (axis for axis, size in enumerate(gradient.shape) if size == vocab):
            by_id = np.moveaxis(gradient, axis, 0).reshape(vocab, -1)
            found.update(np.flatnonzero(by_id.any(1)).tolist())
    return found
