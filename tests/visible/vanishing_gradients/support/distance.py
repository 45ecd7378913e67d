"""How fast gradients fade with distance in a student's own untrained models."""

from __future__ import annotations

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, cross_entropy, expect
from tests.visible.vanishing_gradients.support.models import Kind, logits_in

VOCAB, WIDTH, HIDDEN, STEPS, ROWS = 61, 24, 48, 41, 3


def by_distance(student: Student, draw: Draw, kind: Kind) -> Array:
    """The gradient of the last step's loss by the embedding d steps before, relative to d = 0, (T,).

    In a row no token occurs twice, so the gradient of a token's embedding is that of its one step.
    """
    norms = np.zeros(STEPS)
    for row in range(ROWS):
        model = student.new(kind.name, VOCAB, WIDTH, HIDDEN, seed=int(draw.integers(0, 1 << 30)))
        tokens = (1 + draw.order(VOCAB - 1)[:STEPS])[None]
        logits = expect(logits_in(model(tokens)), f"{kind.name}'s logits").to_be_shaped((1, STEPS, VOCAB))
        pull = np.zeros_like(logits)
        pull[:, -1] = cross_entropy(logits[:, -1], tokens[:, row])[1]
        found = model.gradients(tokens, pull=(pull, None)).weights
        tables = [g for g in found.values() if g is not None and g.shape == (VOCAB, WIDTH)]
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
    norms /= norms[0]
    return norms
