"""Small tasks for a classifier, such that a wrong reading stays at chance; and how well one is learnt.

Accuracies on real texts do not tell right from wrong loops. Labels of held-out rows never leave the grader,
and it measures every number itself. A task that was not learnt is tried again with other data and another
start, twice at most.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.checks import Draw, Mismatch, Student, Thresholds, attempts, loader
from tests.visible.a7_sequence_modeling.support.training import (
    C,
    Sentences,
    V,
    classifier,
    logits,
    train,
)

Task = Callable[[Draw, int], Sentences]


def last_character(draw: Draw, rows: int) -> Sentences:
    """The class is the last character; every other one is noise."""
    lengths = draw.integers(5, 25, rows)
    tokens = draw.tokens(list(lengths), V, columns=24)
    authors = draw.integers(0, C, rows)
    tokens[np.arange(rows), lengths - 1] = 1 + authors
    return Sentences(tokens, lengths, authors)


def marker(draw: Draw, rows: int) -> Sentences:
    """The class is the one of three characters that occurs, about once in seven, among the others."""
    lengths = draw.integers(10, 30, rows)
    tokens = np.where((noise := draw.tokens(list(lengths), V - 3, columns=29)) > 0, noise + 3, 0)
    authors = draw.integers(0, C, rows)
    marked = (draw.integers(0, 20, *tokens.shape) < 3) & (tokens > 0)
    return Sentences(np.where(marked, 1 + authors[:, None], tokens), lengths, authors)


def classifier_learns(
    student: Student, draw: Draw, name: str, thresholds: Thresholds, task: Task, rows: int
) -> None:
    """Accuracy on 300 rows that were not trained on."""

    def once(source: Draw) -> None:
        data = task(source, rows + 300)
        seen, held_out = (
            Sentences(*(part[cut] for part in data)) for cut in (slice(rows), slice(rows, None))
        )
        seed = int(source.integers(0, 1 << 30))
        model = classifier(student, name, seed)
        train(student, model, loader(student, seen, 32), 2, 0.01, seed)
        right = (logits(model, held_out).argmax(1) == held_out.authors).mean()
        if not thresholds.reached("accuracy", right):
            raise Mismatch(
                f"{model.name}, trained by train_classifier, does not learn a small task.",
                "Which of the checks above fails? Does every row meet its own label?",
            )

    attempts(draw, once)
