"""What a student's models learn by the student's own loops, on small made-up tasks. The grader measures.

Labels of held-out rows and the strings' grammar stay with the grader. A task that was not learnt is tried
again with other data and another start, twice at most.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.learning import Thresholds, attempts, cross_entropy
from tests.visible.a3b_recurrent_networks import training

Array = NDArray[Any]
Batches = list[tuple[Array, Array]]


# ---- reviews

WORDS, MARKS = 40, 4  # ids 1 to 4 praise, 5 to 8 blame, the others say nothing


def reviews(draw: Draw, count: int) -> tuple[Array, Array]:
    """tokens (count, 12) and classes (count,): among words that say nothing, two of one kind."""
    tokens = draw.integers(1 + 2 * MARKS, WORDS, count, 12)
    classes = draw.integers(0, 2, count)
    for row, kind in enumerate(classes):
        places = draw.order(12)[:2]
        tokens[row, places] = 1 + MARKS * kind + draw.integers(0, MARKS, 2)
    return tokens, classes


def classifier_learns(student: Any, draw: Draw, thresholds: Thresholds, name: str) -> None:
    """Accuracy on 300 reviews that were not trained on, after three epochs on 300."""

    def once(source: Draw) -> None:
        tokens, classes = reviews(source, 600)
        batches = [(tokens[i : i + 20], np.arange(i, i + 20)) for i in range(0, 300, 20)]
        seed = int(source.integers(0, 1 << 30))
        model = student.new(name, WORDS, 16, 24, seed=seed)
        adam = student.new("torch.optim.Adam", model, lr=0.01)
        for epoch in range(3):
            training.epoch(student, model, adam, batches, classes[:300].tolist(), seed + epoch)
        got = student.call(model, tokens[300:])
        logits = expect(got, f"{name}'s logits", axes="BC").to_be_shaped((300, 2))
        if not thresholds.reached("accuracy", (logits.argmax(1) == classes[300:]).mean()):
            raise Mismatch(
                f"{name}, trained by train_classifier_epoch, does not learn which words praise and blame.",
                "Which other check, of the model or of its training, fails, and what does it say?",
            )

    attempts(draw, once)


# ---- strings

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


def strings(
    student: Any, model: Any, symbols: list[str], draw: Draw, begins: list[str], temperature: float
) -> list[str]:
    """How the model goes on, drawn by the grader: a string up to its end, "" if the end does not come."""
    ids = np.array([[START, *(symbols.index(c) for c in begin)] for begin in begins])
    count = len(begins)
    for _ in range(60):
        got = student.call(model, ids)
        logits = expect(got, "CharLSTM's logits").to_be_shaped((*ids.shape, len(symbols)))[:, -1]
        scores = logits.astype(np.float64) / temperature
        shares = np.exp(scores - np.logaddexp.reduce(scores, 1)[:, None]).cumsum(1)
        points = draw.integers(0, 1 << 30, count)[:, None] / (1 << 30)
        ids = np.hstack([ids, (shares < points).sum(1, keepdims=True).clip(0, len(symbols) - 1)])
    found = []
    for row in ids[:, 1:]:
        stop = np.flatnonzero(row == END)
        found.append("".join(symbols[i] for i in row[: stop[0]]) if stop.size else "")
    return found


def ndfa_is_learnt(student: Any, draw: Draw, thresholds: Thresholds, name: str = "CharLSTM") -> None:
    """Three epochs with e = 32 and h = 16: loss per token on held-out strings, and strings that it writes."""

    def once(source: Draw) -> None:
        rows, symbols = encoded(ndfa(source, 2000))
        held_out, _ = encoded(ndfa(source, 300))
        seed = int(source.integers(0, 1 << 30))
        model = student.new(name, len(symbols), 32, 16, seed=seed)
        adam = student.new("torch.optim.Adam", model, lr=0.02)
        batches = budgeted(rows, 300)
        for epoch in range(3):
            training.epoch_of_tokens(student, model, adam, batches, PAD, seed + epoch)
        loss = _loss(student, model, held_out, len(symbols))
        written = strings(student, model, symbols, source, ["sa", "su", "sk"] * 30, 1.0)
        valid = np.mean([bool(NDFA.fullmatch(text)) for text in written])
        low, right = thresholds.kept("highest", loss), thresholds.reached("valid", valid)
        if not (low and right):
            raise Mismatch(
                "After three epochs with e = 32 and h = 16 CharLSTM has not learnt the automaton's strings.",
                "Which other check, of CharLSTM, token_loss or training, fails, and what does it say?",
            )
        if not thresholds.reached("lowest", loss):
            raise Mismatch(
                "The model predicts better than the automaton allows: it sees what it has to guess.",
                "Is the answer to step t already in the input of step t?",
            )

    attempts(draw, once)


def _loss(student: Any, model: Any, rows: list[list[int]], size: int) -> float:
    """Nats per token, padding left out."""
    total, count = 0.0, 0
    for tokens, _ in budgeted(rows, 4000):
        got = student.call(model, tokens)
        logits = expect(got, "CharLSTM's logits").to_be_shaped((*tokens.shape, size))
        losses, _ = cross_entropy(logits[:, :-1].astype(np.float64), tokens[:, 1:])
        real = tokens[:, 1:] != PAD
        total, count = total + float((losses * real).sum()), count + int(real.sum())
    return total / count


def brackets_are_learnt(student: Any, draw: Draw, thresholds: Thresholds) -> None:
    """A notice: people look at the brackets. Judged by prefix balance."""

    def once(source: Draw) -> None:
        rows, symbols = encoded(brackets(source, 3000))
        seed = int(source.integers(0, 1 << 30))
        model = student.new("CharLSTM", len(symbols), 32, 32, seed=seed)
        adam = student.new("torch.optim.Adam", model, lr=0.01)
        batches = budgeted(rows, 500)
        for epoch in range(3):
            training.epoch_of_tokens(student, model, adam, batches, PAD, seed + epoch)
        written = strings(student, model, symbols, source, ["("] * 60, 0.7)
        if not thresholds.reached("balanced", float(np.mean([is_balanced(text) for text in written]))):
            raise Mismatch(
                "After three epochs with e = 32 and h = 32 most brackets that CharLSTM writes do not match.",
                "Which other check, of CharLSTM, token_loss or training, fails, and what does it say?",
            )

    attempts(draw, once)
