"""Checks of BiLSTMTagger, by properties that hold however the directions are run and put together.

Only real steps are looked at; logits may be as wide as the batch or as its longest row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged
from autograder.checks.apart import stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.scores import look_raw
from autograder.checks.weights import check_slopes, on_some_weights, randomise, trainable
from tests.visible.sequence_toolkit.packing import without_padding
from tests.visible.sequence_toolkit.seq2seq import LONG, token_learns

Array = NDArray[Any]

V, E, H, K, T = 13, 4, 6, 3, 7
LENGTHS = np.array([2, 5, 3, 4])  # its sort order is not its own inverse, and no row is full
ENDS = "Where does each row begin for the backward direction, and what but its own tokens reaches its scores?"


class Model:
    """A student's tagger with random weights; without dropout, which has a check of its own."""

    def __init__(
        self, student: Any, draw: Draw, scale: float = 0.8, tags: int = K, dropout: float | None = 0.0
    ) -> None:
        self.student, self.tags = student, tags
        options = {} if dropout is None else {"dropout": dropout}
        self.thing = student.new("BiLSTMTagger", V, E, H, tags, **options)
        self.wide(draw.tokens([2, 1], V), np.array([2, 1]))
        randomise(student, self.thing, draw, scale)

    def wide(self, tokens: Array, lengths: Array, **mode: Any) -> Array:
        """(B, T or the longest row, K)"""
        rows, columns = tokens.shape
        got = self.student.call(self.thing, tokens, lengths, **mode)
        shape = (rows, (columns, int(max(lengths))), self.tags)
        found = without_padding(got, lengths)
        clean: Array = expect(found, "BiLSTMTagger's logits", axes="BTK").to_be_shaped(shape)
        return clean

    def logits(self, tokens: Array, lengths: Array = LENGTHS, **mode: Any) -> Array:
        """Up to the end of the longest row, zeros at padding."""
        return self.wide(tokens, lengths, **mode)[:, : int(max(lengths))]


def real(lengths: Array) -> Array:
    return np.arange(max(lengths)) < lengths[:, None]


def sentences(draw: Draw) -> Array:
    """(B, T) with zeros behind each row."""
    return draw.tokens(list(LENGTHS), V, columns=T)


def other(tokens: Array, columns: Array) -> Array:
    """Another real token in this column of each row."""
    changed, rows = tokens.copy(), np.arange(len(tokens))
    changed[rows, columns] = changed[rows, columns] % (V - 1) + 1
    return changed


def shapes(student: Any, draw: Draw) -> None:
    """Several batches, a full one and a single token among them; other numbers of tags."""
    model = Model(student, draw, dropout=None)
    model.wide(sentences(draw), LENGTHS)
    model.wide(draw.tokens([4, 4, 2], V), np.array([4, 4, 2]))
    model.wide(np.array([[V - 1]]), np.array([1]))
    Model(student, draw, tags=8).wide(sentences(draw), LENGTHS)


def is_an_lstm(student: Any, draw: Draw) -> None:
    """Of PyTorch's recurrent layers, which name their weights alike, only an LSTM has four gates.

    One that is written by hand has other names, but as many weights: four gates in each direction.
    """
    model = Model(student, draw)
    weights = trainable(student, model.thing)
    layers = [
        (weight.shape[0], weight.shape[1])
        for name, weight in weights.items()
        if weight.ndim == 2 and "weight_hh" in name and name.replace("_hh", "_ih") in weights
    ]
    by_hand = sum(w.size for w in weights.values()) - V * E >= 2 * 4 * H * (E + H)
    if all(rows in (columns, 3 * columns) for rows, columns in layers) and (layers or not by_hand):
        raise Mismatch(
            "BiLSTMTagger's recurrent layer is not an LSTM.",
            "Which recurrent layer has a cell state beside its hidden state?",
        )


def both_directions(student: Any, draw: Draw) -> None:
    """Each place knows every token of its row, before and behind, and no two places are alike."""

    def look(some: Draw) -> None:
        model = Model(student, some, scale=0.6)
        tokens = sentences(some)
        logits = model.logits(tokens)
        for token in range(max(LENGTHS)):
            changed = model.logits(other(tokens, np.minimum(token, LENGTHS - 1)))
            for place in range(max(LENGTHS)):
                rows = np.flatnonzero(max(place, token) < LENGTHS)
                where = "after" if token > place else "before" if token < place else "at"
                expect(changed[rows, place], "BiLSTMTagger's logits").to_differ(
                    logits[rows, place],
                    otherwise=f"{{name}} at a step do not depend on each token {where} that step.",
                    hint="Does the classifier read both directions, each at the row and step that it scores?",
                )
        for row, length in enumerate(LENGTHS):
            if close(logits[row, 1:length], logits[row, : length - 1], 1e-6).all(-1).any():
                raise Mismatch(
                    "BiLSTMTagger gives different tokens of a row the same logits.",
                    "Which token does a tag belong to?",
                    logits,
                )

    on_some_weights(draw, look)


def _reads_on(model: Model, tokens: Array, logits: Array) -> None:
    """Raise `Mismatch` where no place knows of another one: what else is in a batch then changes nothing,
    whatever the code does about it.
    """
    for columns in (0 * LENGTHS, LENGTHS - 1):
        elsewhere = real(LENGTHS) & (np.arange(max(LENGTHS)) != columns[:, None])
        changed = model.logits(other(tokens, columns))
        if not close(changed[elsewhere], logits[elsewhere], 1e-6).all():
            return
    raise Mismatch(
        "BiLSTMTagger's logits of a token depend on no other token of its row, so nothing that stands beside "
        "a row can change them.",
        "Which layer carries what it has read from one token to the next?",
        logits,
    )


def padding_changes_nothing(student: Any, draw: Draw) -> None:
    """Neither more of it, nor less, nor other ids in it."""
    model = Model(student, draw)
    tokens = sentences(draw)
    logits = model.logits(tokens)
    _reads_on(model, tokens, logits)
    junk = np.where(np.arange(T) < LENGTHS[:, None], tokens, draw.integers(1, V, *tokens.shape))
    for padded, words in (
        (np.pad(tokens, ((0, 0), (0, 4))), "padding is added"),
        (tokens[:, : max(LENGTHS)], "some of the padding is cut off"),
        (junk, "other ids stand behind the end of a row"),
    ):
        expect(model.logits(padded), "BiLSTMTagger's logits", axes="BTK").to_match(
            logits,
            where=real(LENGTHS),
            otherwise=f"{{name}} of real tokens change when {words}, {{where}}.",
            hint=ENDS,
        )


def rows_stay_apart(student: Any, draw: Draw) -> None:
    """Each row alone, its own tokens only, gives what it gives in its batch."""
    model = Model(student, draw)
    tokens = sentences(draw)
    logits = model.logits(tokens)
    _reads_on(model, tokens, logits)
    rows = range(len(tokens))
    alone = [model.logits(tokens[r : r + 1, : LENGTHS[r]], LENGTHS[r : r + 1])[0] for r in rows]
    shared = {(a, b): min(LENGTHS[a], LENGTHS[b]) for a in rows for b in rows}
    elsewhere = {(a, b): close(alone[a][:n], logits[b, :n]).all() for (a, b), n in shared.items()}
    for row in rows:
        if any(equal for (a, b), equal in elsewhere.items() if a == row != b):
            raise Mismatch(
                f"The logits of row {row} (counted from 0) stand in another row of BiLSTMTagger's result.",
                "Row 0 of what you return: is it row 0 of what came in?",
                logits,
            )
    for row in rows:
        expect(logits[row : row + 1, : LENGTHS[row]], f"BiLSTMTagger's logits of row {row}").to_match(
            alone[row][None],
            otherwise="{name} (counted from 0) are not the same in its batch and alone.",
            hint=ENDS,
        )


def same_again(student: Any, draw: Draw) -> None:
    """In eval mode two calls agree; tokens and lengths stay as they are."""
    model = Model(student, draw, dropout=0.5)
    inputs = sentences(draw), LENGTHS.copy()
    first = model.logits(*inputs, seed=1)
    _, after = student.call_and_see(model.thing, *inputs)
    if not are_unchanged(after, *inputs):
        raise Mismatch(
            "BiLSTMTagger changes the tokens or lengths that it is given.",
            "Which of your lines writes into an input?",
        )
    model.logits(draw.tokens([3, 2], V), np.array([3, 2]))
    expect(model.logits(*inputs, seed=2), "BiLSTMTagger's logits").to_match(
        first,
        otherwise="In eval mode, {name} differ between two calls with the same tokens.",
        hint="Which part of the model is random, and when may it be?",
    )
    stay_apart("BiLSTMTagger", lambda: model.logits(*inputs), lambda: Model(student, draw))


def dropout_is_for_training(student: Any, draw: Draw) -> None:
    """At the rate asked for, before the scores, and in training mode only."""
    tokens = sentences(draw)
    hint = "Which layer drops numbers, at which rate, and in which mode of the model?"

    def both_modes(key: str, dropout: float | None) -> tuple[Array, Array, Array]:
        model = Model(student, draw.child(key), dropout=dropout)
        return (
            model.logits(tokens, seed=1),
            model.logits(tokens, train=True, seed=1),
            model.logits(tokens, train=True, seed=2),
        )

    for rate, words in ((0.5, "with dropout=0.5"), (None, "with the default dropout")):
        _, once, again = both_modes("on", dropout=rate)
        if close(once, again, 1e-6).all():
            raise Mismatch(f"BiLSTMTagger drops nothing in training {words}.", hint, once)
    quiet, once, again = both_modes("off", dropout=0.0)
    if not close(quiet, once).all() or not close(quiet, again).all():
        raise Mismatch(
            "BiLSTMTagger's logits in train mode are not those in eval mode, although dropout=0.0.",
            "Which rate does your dropout use, and what else could differ from call to call?",
            once,
        )
    _, once, again = both_modes("scores", dropout=0.5)
    if any((scores[real(LENGTHS)] == 0).any() for scores in (once, again)):
        raise Mismatch(
            "In train mode, some of BiLSTMTagger's logits are exactly 0.",
            "What comes after the classifier, and may it set scores to 0?",
            once,
        )


def scores_are_raw(student: Any, draw: Draw) -> None:
    def look(some: Draw) -> None:
        model = Model(student, some, scale=2.5)
        tokens = some.tokens([6] * 12, V)
        look_raw(model.logits(tokens, np.full(12, 6)), "BiLSTMTagger")

    on_some_weights(draw, look)


def every_part_learns(student: Any, draw: Draw) -> None:
    """Gradients are slopes, and every real token's vector learns."""
    model = Model(student, draw, scale=0.4)
    tokens = sentences(draw)
    width = model.wide(tokens, LENGTHS).shape[1]
    counted = np.arange(width) < LENGTHS[:, None]
    pull = draw.normal(len(tokens), width, K) * counted[..., None]
    hint = "Can the loss at each step still reach every token of its row, and nothing of the padding?"
    with np.errstate(invalid="ignore"):  # of -inf at padding, which the pull takes times 0
        check_slopes(student, model.thing, (tokens, LENGTHS), pull, draw, "BiLSTMTagger", hint)
    tokens = np.concatenate([np.arange(1, V), np.arange(1, V)]).reshape(4, 6)
    model.logits(tokens, np.full(4, 6))
    pull = np.zeros((4, 6, K), np.float32)
    pull[..., 1] = 1  # so that no weight of the classifier can be taken for the vectors
    gradients = student.gradients(model.thing, tokens, np.full(4, 6), pull=pull).weights
    if not all(token_learns(gradients, token, V) for token in range(1, V)):
        raise Mismatch(
            "No gradient reaches some real tokens in BiLSTMTagger's embedding.",
            "Which rows of the embedding may stay as they are, and does every real token reach the scores?",
        )
    on_some_weights(draw, lambda some: _far_tokens_learn(student, some, hint))


def _far_tokens_learn(student: Any, draw: Draw, hint: str) -> None:
    """From the last score of a long row back to its first token, and from the first score to the last one."""
    model = Model(student, draw, scale=0.4)
    steps = LONG + int(draw.integers(0, LONG))  # how many, no code can know
    lengths = np.array([steps, steps])
    for token, score, words in ((0, -1, "last"), (-1, 0, "first")):
        tokens = draw.integers(2, V, 2, steps)
        tokens[:, token] = 1  # and nowhere else
        pull = np.zeros((2, steps, K), np.float32)
        pull[:, score, 1] = 1
        if not token_learns(student.gradients(model.thing, tokens, lengths, pull=pull).weights, 1, V):
            raise Mismatch(
                f"No gradient of the {words} scores of {steps} reaches the token at the other end.", hint
            )
