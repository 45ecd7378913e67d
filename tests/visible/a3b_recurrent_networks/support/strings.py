"""The strings that the autoregressive LSTM learns, and how it goes on with one. Their grammar stays here."""

from __future__ import annotations

import re

import numpy as np

from autograder.checks import Array, Draw, Student, cross_entropy, expect
from tests.visible.a3b_recurrent_networks.support.sentences import epoch_of_tokens
from tests.visible.a3b_recurrent_networks.support.training import Batches

PAD, START, END = 0, 1, 2
# At least one repetition: none proves nothing, so the strings to be continued begin with its first letter.
NDFA = re.compile(r"s((abc!)+|(uvw!)+|(klm!)+)s")


def ndfa(draw: Draw, count: int) -> list[str]:
    """s(abc!)*s, s(uvw!)*s and s(klm!)*s, one more repetition with a chance of 3 in 4."""
    kinds = draw.integers(0, 3, count)
    repeats = (draw.integers(0, 4, count, 40) == 0).argmax(1)
    return [f"s{('abc!', 'uvw!', 'klm!')[k] * int(n)}s" for k, n in zip(kinds, repeats, strict=True)]


def brackets(draw: Draw, count: int, longest: int = 60) -> list[str]:
    """One outer pair of matched brackets; deeper with a chance of 7 in 16."""
    found: list[str] = []
    while len(found) < count:
        text, depth = "(", 1
        for more in draw.integers(0, 16, longest):
            text += "(" if more < 7 else ")"
            depth += 1 if more < 7 else -1
            if depth == 0:
                found.append(text)
                break
    return found


def is_balanced(text: str) -> bool:
    """Whether no bracket closes before it opens, and none stays open: equal counts alone prove little."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, -len(text))
        if depth < 0:
            return False
    return depth == 0 and bool(text)


def encoded(texts: list[str]) -> tuple[list[list[int]], list[str]]:
    """Ids between START and END, from short to long, and the symbol of each id."""
    symbols = [".pad", ".start", ".end", ".unk", *sorted({c for text in texts for c in text})]
    ids = {symbol: i for i, symbol in enumerate(symbols)}
    rows = [[START, *(ids[c] for c in text), END] for text in texts]
    return sorted(rows, key=len), symbols


def budgeted(rows: list[list[int]], budget: int) -> Batches:
    """Batches of at most so many cells; the grader's own, so that a slip in token_batches costs nothing."""
    batches: Batches = []
    group: list[list[int]] = []
    for row in [*rows, None]:
        if group and (row is None or (len(group) + 1) * len(row) > budget):
            tokens = np.zeros((len(group), len(group[-1])), np.int64)
            for line, ids in zip(tokens, group, strict=True):
                line[: len(ids)] = ids
            batches.append((tokens, np.arange(len(group))))
            group = []
        if row is not None:
            group.append(row)
    return batches


class Trained:
    """A student's CharLSTM after three epochs of the student's loop on these strings; and how it goes on."""

    def __init__(
        self, student: Student, draw: Draw, texts: list[str], hidden: int, lr: float, budget: int
    ) -> None:
        rows, self.symbols = encoded(texts)
        seed = int(draw.integers(0, 1 << 30))
        self.model = student.new("CharLSTM", len(self.symbols), 32, hidden, seed=seed)
        adam = student.new("torch.optim.Adam", self.model, lr=lr)
        batches = budgeted(rows, budget)
        for epoch in range(3):
            epoch_of_tokens(student, self.model, adam, batches, PAD, seed + epoch)

    def logits(self, tokens: Array) -> Array:
        """The scores of tokens (B, T), (B, T, V)."""
        got = self.model(tokens)
        clean: Array = expect(got, "CharLSTM's logits").to_be_shaped((*tokens.shape, len(self.symbols)))
        return clean

    def loss(self, texts: list[str]) -> float:
        """Nats per token of other strings, padding left out."""
        total, count = 0.0, 0
        for tokens, _ in budgeted(encoded(texts)[0], 4000):
            losses, _ = cross_entropy(self.logits(tokens)[:, :-1].astype(np.float64), tokens[:, 1:])
            real = tokens[:, 1:] != PAD
            total, count = total + float((losses * real).sum()), count + int(real.sum())
        return total / count

    def written(self, draw: Draw, begins: list[str], temperature: float) -> list[str]:
        """How it goes on, drawn by the grader: a string up to its end, "" if the end does not come."""
        ids = np.array([[START, *(self.symbols.index(c) for c in begin)] for begin in begins])
        for _ in range(60):
            points = draw.integers(0, 1 << 30, len(begins))[:, None] / (1 << 30)
            new = np.full((len(begins), 1), END)
            open_ones = (ids != END).all(1)
            if open_ones.any():  # what has ended is asked for nothing more
                scores = self.logits(ids[open_ones])[:, -1].astype(np.float64) / temperature
                shares = np.exp(scores - np.logaddexp.reduce(scores, 1)[:, None]).cumsum(1)
                last = len(self.symbols) - 1
                new[open_ones] = (shares < points[open_ones]).sum(1, keepdims=True).clip(0, last)
            ids = np.hstack([ids, new])
        found = []
        for row in ids[:, 1:]:
            stop = np.flatnonzero(row == END)
            found.append("".join(self.symbols[i] for i in row[: stop[0]]) if stop.size else "")
        return found
