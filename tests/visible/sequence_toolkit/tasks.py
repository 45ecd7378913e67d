"""What a Seq2Seq and a tagger learn: small made-up tasks, trained and measured by the grader.

Held-out answers never leave the grader: it lets the model decode, or tag, and compares itself. The loss is
the grader's, so that a wrong one of the student's costs nothing here. A task that was not learnt is tried
again with other data and another start, twice at most.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.learning import Adam, Thresholds, attempts, cross_entropy
from tests.visible.sequence_toolkit.packing import without_padding

Array = NDArray[Any]

START, END, FIRST = 1, 2, 3  # ids; words begin at FIRST
V, LENGTH = 9, 3
TAGS = 8


def sentences(draw: Draw, rows: int, backwards: bool) -> tuple[Array, Array]:
    """src (rows, 3); tgt (rows, 5): START, the same words in this or the other direction, END."""
    src = draw.integers(FIRST, V, rows, LENGTH)
    words = src[:, ::-1] if backwards else src
    edges = np.full((rows, 1), START), np.full((rows, 1), END)
    return src, np.hstack([edges[0], words, edges[1]])


def greedy(student: Any, model: Any, src: Array) -> Array:
    """(rows, 3): what the model ranks first, word after word, each read before the next is chosen."""
    tgt = np.full((len(src), 1), START)
    for _ in range(LENGTH):
        got = student.call(model, src, tgt)
        logits = expect(got, "Seq2Seq's logits", axes="BTW").to_be_shaped((*tgt.shape, V))
        tgt = np.hstack([tgt, logits[:, -1].argmax(-1)[:, None]])
    return tgt[:, 1:]


def seq2seq_learns(student: Any, draw: Draw, thresholds: Thresholds, backwards: bool) -> None:
    """The share of words right in 200 held-out sentences, decoded greedily after 100 batches."""

    def once(source: Draw) -> None:
        seed = int(source.integers(0, 1 << 30))
        model = student.new("Seq2Seq", V, 16, 32, seed=seed)
        student.call(model, *sentences(source, 2, backwards))
        adam = Adam(student, model, 0.03)
        for step in range(100):
            src, tgt = sentences(source, 48, backwards)
            read, mode = tgt[:, :-1], {"train": True, "seed": step}
            got = student.call(model, src, read, **mode)
            logits = expect(got, "Seq2Seq's logits", axes="BTW").to_be_shaped((*read.shape, V))
            _, slope = cross_entropy(logits, tgt[:, 1:])
            pull = (slope / slope[..., 0].size).astype(np.float32)
            adam.step(student.gradients(model, src, read, pull=pull, **mode).weights)
        src, tgt = sentences(source, 200, backwards)
        if not thresholds.reached("accuracy", (greedy(student, model, src) == tgt[:, 1:-1]).mean()):
            task = "turn sentences round" if backwards else "copy sentences"
            raise Mismatch(
                f"Seq2Seq does not learn to {task}: too many of the words that it then writes are wrong.",
                "Does every part learn, and does the decoder know the whole source but no later token?",
            )

    attempts(draw, once)


def tagged(draw: Draw, rows: int, columns: int = 8, vocab: int = 12) -> tuple[Array, Array, Array]:
    """tokens (rows, columns), lengths, tags: parities of the token before, here and behind as one number."""
    lengths = draw.integers(3, columns + 1, rows)
    tokens = draw.tokens(list(lengths), vocab, columns=columns)
    odd = np.pad(tokens % 2, ((0, 0), (1, 1)))
    return tokens, lengths, odd[:, :-2] + 2 * odd[:, 1:-1] + 4 * odd[:, 2:]


def tagger_learns(student: Any, draw: Draw, thresholds: Thresholds) -> None:
    """The share of tags right in 200 held-out sentences after 40 batches."""

    def once(source: Draw) -> None:
        seed = int(source.integers(0, 1 << 30))
        model = student.new("BiLSTMTagger", 12, 16, 24, TAGS, seed=seed)

        def logits(tokens: Array, lengths: Array, **mode: Any) -> Array:
            rows, columns = tokens.shape
            got = student.call(model, tokens, lengths, **mode)
            shape = (rows, (columns, int(max(lengths))), TAGS)
            found = without_padding(got, lengths)
            clean: Array = expect(found, "BiLSTMTagger's logits", axes="BTK").to_be_shaped(shape)
            return clean

        logits(*tagged(source, 2)[:2])
        adam = Adam(student, model, 0.03)
        for step in range(40):
            tokens, lengths, tags = tagged(source, 48)
            scores = logits(tokens, lengths, train=True, seed=step)
            width = scores.shape[1]
            real = (np.arange(width) < lengths[:, None])[..., None]
            _, slope = cross_entropy(scores, tags[:, :width])
            pull = (slope * real / real.sum()).astype(np.float32)
            adam.step(student.gradients(model, tokens, lengths, pull=pull, train=True, seed=step).weights)
        tokens, lengths, tags = tagged(source, 200)
        scores = logits(tokens, lengths)
        width = scores.shape[1]
        right = (scores.argmax(-1) == tags[:, :width])[np.arange(width) < lengths[:, None]]
        if not thresholds.reached("accuracy", right.mean()):
            raise Mismatch(
                "BiLSTMTagger does not learn tags that depend on a token and both of its neighbours.",
                "Do the scores at each step know the tokens on both sides, and does every part learn?",
            )

    attempts(draw, once)
