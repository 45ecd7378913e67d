"""Which tokens' vectors learn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.checks import Array, Draw, by_token

LONG = 26  # steps; longer than any stretch after which a state might be cut off


def far(draw: Draw) -> int:
    """How many steps no code can know, nor look back at with a window."""
    return int(draw.integers(6 * LONG, 8 * LONG))


def tokens_that_learn(gradients: Mapping[str, Array | None], vocab: int) -> set[int]:
    """The ids at which any weight with one row or column per id has a gradient."""
    return set(np.flatnonzero(by_token(gradients, vocab)).tolist())
