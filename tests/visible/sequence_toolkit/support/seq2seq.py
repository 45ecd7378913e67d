"""A student's Seq2Seq, and sentences from which its teacher_forcing_loss is to teach it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    Value,
    close,
    cross_entropy,
    describe,
    expect,
    sequences,
)

B, S, T, V, E, H = 3, 5, 7, 11, 4, 6


class Model:
    """A student's Seq2Seq with vectors for so many ids; the shape of all its logits is looked at."""

    def __init__(self, student: Student, vocab: int, *sizes: int, seed: int = 0) -> None:
        self.thing, self.vocab = student.new("Seq2Seq", vocab, *sizes, seed=seed), vocab

    def logits(self, src: Array, tgt: Array, train: bool = False, seed: int = 0) -> Array:
        got = self.thing(src, tgt, train=train, seed=seed)
        clean: Array = expect(got, "Seq2Seq's logits", axes="BTW").to_be_shaped((*tgt.shape, self.vocab))
        return clean


def random_model(student: Student, draw: Draw, scale: float = 0.8, vocab: int = V) -> Model:
    """Its weights are random, so that nothing is small by chance."""
    model = Model(student, vocab, E, H)
    model.logits(*pairs(draw))
    model.thing.randomised(draw, scale)
    return model


def pairs(draw: Draw, rows: int = B, source: int = S, target: int = T) -> tuple[Array, Array]:
    """src (B, S) and tgt (B, T), no padding in them; every id of the vocabulary occurs in time."""
    return draw.integers(1, V, rows, source), draw.integers(1, V, rows, target)


def other(tokens: Array, *columns: int) -> Array:
    """Another real token in these columns."""
    changed = tokens.copy()
    changed[:, columns] = changed[:, columns] % (V - 1) + 1
    return changed


class Lesson:
    """A random model, sentences for it, and what it says when it reads all but their last token."""

    def __init__(
        self, student: Student, draw: Draw, lengths: Sequence[int], pad: int = 0, vocab: int = V
    ) -> None:
        self.student, self.pad = student, pad
        self.model = random_model(student, draw, vocab=vocab)
        self.src = draw.integers(1, vocab, len(lengths), S)
        self.tgt = draw.tokens(lengths, vocab, pad)
        self.tgt[:, 0] = 1 + (pad == 1)  # every sentence starts alike
        self.read, self.scored = self.tgt[:, :-1], self.tgt[:, 1:]

    def logits(self, train: bool = False, seed: int = 0) -> Array:
        return self.model.logits(self.src, self.read, train, seed)

    def compare_loss(self, *more: Value, **named: Value) -> None:
        """The loss against the mean cross-entropy over the scored tokens that are not padding."""
        logits, trained = self.logits(), self.logits(train=True, seed=3)
        wanted = [self._mean(logits, self.scored)]
        if not close(logits, trained).all():  # dropout of their own, and a loss that may switch it on
            wanted.append(self._mean(trained, self.scored))
        self.logits()
        name, given = "teacher_forcing_loss", (self.src, self.tgt, *more)
        got, after = self.student.call_and_see(name, self.model.thing, *given, grad=True, seed=3, **named)
        sequences.inputs_stay(name, after, ..., *given, what="source or the target")
        if not isinstance(got, np.ndarray):
            raise Mismatch(
                f"{name} was to return a tensor that can be differentiated; got {describe(got)}.",
                "On what can backward() be called?",
            )
        loss = np.array(expect(got, name).to_be_number())
        if any(close(loss, np.array(want)) for want in wanted):
            return
        for words, (wrong, hint) in self._known().items():
            if close(loss, np.array(wrong)):
                raise Mismatch(f"{name} {words}.", hint, float(loss))
        raise Mismatch(
            f"{name} is not the mean cross-entropy of the model's scores, when the decoder reads "
            "tgt[:, :-1], over the tokens of tgt[:, 1:] that are not pad.",
            "What does the decoder read and guess at each step, what is the loss of one guess, and of which "
            "the mean?",
            float(loss),
        )

    def right_gradients(self, train: bool = False, seed: int = 0) -> dict[str, Array | None]:
        """Those of the mean cross-entropy over the tokens that are not 0."""
        _, slope = cross_entropy(self.logits(train, seed).astype(np.float64), self.scored)
        real = (self.scored != 0)[..., None]
        pull = (slope * real / real.sum()).astype(np.float32)
        return self.model.thing.gradients(self.src, self.read, pull=pull, train=train, seed=seed).weights

    def _mean(self, logits: Array, scored: Array) -> float:
        losses, _ = cross_entropy(logits.astype(np.float64), scored)
        return float(losses[scored != self.pad].mean())

    def _known(self) -> dict[str, tuple[float, str]]:
        """Known wrong losses, by what they do."""
        logits, whole = self.logits(), self.model.logits(self.src, self.tgt)
        losses, _ = cross_entropy(logits.astype(np.float64), self.scored)
        real = self.scored != self.pad
        masked = losses * real
        forcing = "Which token does the decoder read at step t, and which one is it to guess there?"
        padding = "Which of the scored tokens carry no meaning?"
        known = {
            "scores each step against the token that the decoder reads at that step": (
                self._mean(logits, self.read),
                forcing,
            ),
            "gives the decoder all of tgt and scores each step against the token read at that step": (
                self._mean(whole, self.tgt),
                forcing,
            ),
            "counts padding as if it were to be guessed": (float(losses.mean()), padding),
            "divides by the number of all tokens, padding included": (float(masked.mean()), padding),
            "is the sum over all tokens, not their mean": (
                float(masked.sum()),
                "How would it change with a batch twice as large?",
            ),
            "is the mean over rows of the mean of each row": (
                float((masked.sum(1) / np.maximum(real.sum(1), 1)).mean()),
                "Does a token of a short row count as much as one of a long row?",
            ),
        }
        if self.pad:
            wrong = float(losses[self.scored != 0].mean())
            known["takes 0 for padding, whatever pad says"] = (wrong, "What is the argument pad for?")
        return known
