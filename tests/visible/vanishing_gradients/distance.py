"""How fast gradients fade with distance in a student's own untrained models. A measurement, never points.

In a row no token occurs twice, so the gradient of a token's embedding is that of its one step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.learning import cross_entropy
from tests.visible.vanishing_gradients.language_models import LSTM, RNN, Kind

Array = NDArray[Any]
VOCAB, WIDTH, HIDDEN, STEPS, ROWS = 61, 24, 48, 41, 3
AT = 20
LEAST = 5.0  # the ratio of LSTM and RNN at distance 20 that nothing right comes near


def by_distance(student: Any, draw: Draw, kind: Kind) -> Array:
    """(T,): the gradient of the last step's loss by the embedding d steps before, relative to d = 0."""
    norms = np.zeros(STEPS)
    for row in range(ROWS):
        model = student.new(kind.name, VOCAB, WIDTH, HIDDEN, seed=int(draw.integers(0, 1 << 30)))
        tokens = (1 + draw.order(VOCAB - 1)[:STEPS])[None]
        got = student.call(model, tokens)
        first = got[0] if isinstance(got, (tuple, list)) and got else got
        logits = expect(first, f"{kind.name}'s logits").to_be_shaped((1, STEPS, VOCAB))
        pull = np.zeros_like(logits)
        pull[:, -1] = cross_entropy(logits[:, -1], tokens[:, row])[1]
        found = student.gradients(model, tokens, pull=(pull, None)).weights
        tables = [g for g in found.values() if isinstance(g, np.ndarray) and g.shape == (VOCAB, WIDTH)]
        if len(tables) != 1:
            raise Mismatch(
                f"Not exactly one weight of {kind.name} with the shape of its embedding gets a gradient.",
                "Can the loss reach the embedding, and what does the linear layer read?",
            )
        norms += np.linalg.norm(tables[0][tokens[0, ::-1]], axis=1)
    if not norms[0] > 0:
        raise Mismatch(
            f"In {kind.name} the loss at the last step gives the last token's embedding no gradient.",
            "On which tokens do the logits of the last step depend?",
        )
    return norms / norms[0]


def ratio(student: Any, draw: Draw) -> str:
    """What to say about both models; a Mismatch when the LSTM's gradient does not reach further."""
    rnn, lstm = (by_distance(student, draw.child("both"), kind)[AT] for kind in (RNN, LSTM))
    if not rnn > 0:
        raise Mismatch(
            f"{AT} steps back, no gradient at all reaches the embedding of your VanillaRNNLM.",
            "Does each of its states still know, without detach, the one before?",
        )
    if not lstm > LEAST * rnn:
        raise Mismatch(
            f"{AT} steps back, the gradient of your untrained LSTMLM is not clearly larger than that of your "
            "VanillaRNNLM.",
            "Do both models start with PyTorch's own weights, and is each layer that of its docstring?",
        )
    return (
        f"{AT} steps back, the gradient is {rnn:.0e} of the nearest one in your VanillaRNNLM, {lstm:.0e} in "
        f"your LSTMLM: {lstm / rnn:.0f} times as much. Both fade; the LSTM's reaches further."
    )
