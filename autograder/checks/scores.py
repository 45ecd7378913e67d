"""What the scores of a classifier or a language model look like when something squeezed them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.expect import Mismatch

HINT = "What does the loss function itself do with the scores?"
BETWEEN = "What stands between the last linear layer and what you return?"


def look_raw(logits: NDArray[Any], name: str) -> None:
    """Raise `Mismatch` if scores (…, C) of a model with large random weights cannot be raw ones.

    Softmax and log-softmax sum to one, ReLU and σ have one sign, tanh stays between -1 and 1. Raw scores may
    look so under some weights, squeezed ones do so under all.
    """
    zeros = np.logaddexp.reduce(logits, -1), logits.sum(-1) - 1
    if any(np.abs(zero).max() < 1e-3 for zero in zeros):
        raise Mismatch(f"{name} returns (log-)probabilities; raw scores were wanted.", HINT, logits)
    if (logits >= 0).all() or (logits <= 0).all():
        raise Mismatch(f"{name}'s logits all have one sign; raw scores can have either.", BETWEEN, logits)
    if (np.abs(logits) <= 1 + 1e-6).all():
        raise Mismatch(f"{name}'s logits stay between -1 and 1, however large its weights.", BETWEEN, logits)
