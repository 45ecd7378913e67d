"""Checks of Seq2Seq and teacher_forcing_loss.

The model is judged by properties alone, which hold for any encoder and decoder; the loss against the
student's own model, whatever that is worth. Both get random weights, so that nothing is small by chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged
from autograder.checks.apart import stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, describe, expect
from autograder.checks.learning import cross_entropy
from autograder.checks.scores import look_raw
from autograder.checks.weights import check_slopes, on_some_weights, randomise

Array = NDArray[Any]

B, S, T, V, E, H = 3, 5, 7, 11, 4, 6
LONG = 26  # steps; longer than any stretch after which a state might be cut off
FORCING = "Which token does the decoder read at step t, and which one is it to guess there?"
MEAN = (
    "What does the decoder read and guess at each step, what is the loss of one guess, and of which the mean?"
)


class Model:
    """A student's Seq2Seq with random weights."""

    def __init__(
        self, student: Any, draw: Draw, scale: float = 0.8, size: int = V, dims: tuple[int, int] = (E, H)
    ):
        self.student, self.size = student, size
        self.thing = student.new("Seq2Seq", size, *dims)
        self.logits(*(draw.integers(1, size, B, steps) for steps in (S, T)))
        randomise(student, self.thing, draw, scale)

    def logits(self, src: Array, tgt: Array, train: bool = False, seed: int = 0) -> Array:
        got = self.student.call(self.thing, src, tgt, train=train, seed=seed)
        clean: Array = expect(got, "Seq2Seq's logits", axes="BTW").to_be_shaped((*tgt.shape, self.size))
        return clean


def pairs(draw: Draw, rows: int = B) -> tuple[Array, Array]:
    """src (B, S) and tgt (B, T), no padding in them; every id of the vocabulary occurs in time."""
    return draw.integers(1, V, rows, S), draw.integers(1, V, rows, T)


def other(tokens: Array, *columns: int) -> Array:
    """Another real token in these columns."""
    changed = tokens.copy()
    changed[:, columns] = changed[:, columns] % (V - 1) + 1
    return changed


def shapes(student: Any, draw: Draw) -> None:
    """Several sizes, a single row and single steps among them, up to the last id of the vocabulary."""
    model = Model(student, draw)
    for rows, source, target in ((B, S, T), (B, T, S), (1, S, T), (2, 1, 3), (2, 3, 1)):
        model.logits(np.full((rows, source), V - 1), np.full((rows, target), V - 1))


def source_matters(student: Any, draw: Draw) -> None:
    def look(some: Draw) -> None:
        model = Model(student, some)
        src, tgt = pairs(some)
        logits = model.logits(src, tgt)
        changed = model.logits(other(src, *range(S)), tgt)
        for steps, words in ((slice(0, 1), "at the first step"), (slice(None), "at any step")):
            expect(changed[:, steps], "Seq2Seq's logits").to_differ(
                logits[:, steps],
                otherwise=f"{{name}} do not depend on the source {words} (row {{rows}}, counted from 0).",
                hint="What does the decoder get from the encoder, and when?",
            )

    on_some_weights(draw, look)


def whole_source_is_read(student: Any, draw: Draw) -> None:
    """Each token of the source matters, and so does their order."""

    def look(some: Draw) -> None:
        model = Model(student, some, scale=0.6)
        src, tgt = pairs(some)
        src[:, 1] = src[:, 0] % (V - 1) + 1
        logits = model.logits(src, tgt)
        for column in (0, S // 2, S - 1):
            expect(model.logits(other(src, column), tgt), "Seq2Seq's logits").to_differ(
                logits,
                otherwise=f"{{name}} do not depend on token {column} of the source (row {{rows}}; rows and "
                "tokens counted from 0).",
                hint="Which tokens does the encoder read before the decoder starts?",
            )
        expect(model.logits(src[:, [1, 0, *range(2, S)]], tgt), "Seq2Seq's logits").to_differ(
            logits,
            otherwise="{name} stay the same when two tokens of the source change places (row {rows}, counted "
            "from 0).",
            hint="What in the encoder knows the order of the tokens?",
        )

    on_some_weights(draw, look)


def never_looks_ahead(student: Any, draw: Draw) -> None:
    """No later token changes an earlier score, in training neither."""
    model = Model(student, draw)
    src, tgt = pairs(draw)
    for train in (False, True):
        logits = model.logits(src, tgt, train=train, seed=5)
        for column in (1, T // 2, T - 1):
            changed = model.logits(src, other(tgt, *range(column, T)), train=train, seed=5)
            expect(changed[:, :column], "Seq2Seq's logits", axes="BTW").to_match(
                logits[:, :column],
                otherwise="{name} at a step change when later tokens of tgt change, {where}.",
                hint="Which tokens may the decoder know when it guesses the next one?",
            )


def target_is_read(student: Any, draw: Draw) -> None:
    """The scores of a step know the true token of that step and those before it."""

    def look(some: Draw) -> None:
        model = Model(student, some)
        src, tgt = pairs(some)
        for train in (False, True):
            logits = model.logits(src, tgt, train=train, seed=5)
            for column in (0, T // 2, T - 1):
                changed = model.logits(src, other(tgt, column), train=train, seed=5)
                expect(changed[:, column], "Seq2Seq's logits").to_differ(
                    logits[:, column],
                    otherwise="{name} at a step do not depend on the token of tgt at that step (row {rows}, "
                    "counted from 0).",
                    hint="Which token goes into the decoder at each step, and who has written it?",
                )
                after = min(column + 1, T - 1)
                expect(changed[:, after], "Seq2Seq's logits").to_differ(
                    logits[:, after],
                    otherwise="{name} at a step do not depend on the token of tgt one step earlier (row "
                    "{rows}, counted from 0).",
                    hint="What does the decoder carry from one step to the next?",
                )

    on_some_weights(draw, look)


def rows_stay_apart(student: Any, draw: Draw) -> None:
    model = Model(student, draw)
    src, tgt = pairs(draw)
    logits = model.logits(src, tgt)
    for row in range(B):
        some = slice(row, row + 1)
        expect(model.logits(src[some], tgt[some]), f"Seq2Seq's logits of row {row}").to_match(
            logits[some],
            otherwise="{name} (counted from 0) are not the same alone and in its batch.",
            hint="Along which axis do your layers read, and what but its own tokens reaches a row's scores?",
        )


def same_again(student: Any, draw: Draw) -> None:
    """In eval mode two calls agree; the inputs stay as they are."""
    model = Model(student, draw)
    inputs = pairs(draw)
    first = model.logits(*inputs, seed=1)
    _, after = student.call_and_see(model.thing, *inputs)
    if not are_unchanged(after, *inputs):
        raise Mismatch(
            "Seq2Seq changes the tokens that it is given in src or tgt.",
            "Which of your lines writes into an input?",
        )
    model.logits(*pairs(draw, rows=2))
    expect(model.logits(*inputs, seed=2), "Seq2Seq's logits").to_match(
        first,
        otherwise="{name} differ between two calls with the same tokens.",
        hint="What does your model keep from one batch to the next, and what in it is random?",
    )
    stay_apart("Seq2Seq", lambda: model.logits(*inputs), lambda: Model(student, draw))
    _starts_the_same(Model(student, draw, scale=0.3), draw)


def _starts_the_same(model: Model, draw: Draw) -> None:
    """In training, too: chance in the encoder's first state fades in a long source, a dropout's does not."""

    def apart(steps: int) -> float:
        src, tgt = draw.integers(1, V, B, steps), draw.integers(1, V, B, T)
        one, other = [model.logits(src, tgt, train=True, seed=seed) for seed in (1, 2)]
        return float(np.abs(np.float64(one) - other).max())

    first = apart(1)
    if first > 1e-4 and apart(2 * LONG) < 0.05 * first:
        raise Mismatch(
            "In training mode Seq2Seq's encoder does not start from a state of zeros: the scores depend on "
            "chance.",
            "Which state does a recurrent layer start from when none is passed?",
        )


def scores_are_raw(student: Any, draw: Draw) -> None:
    """Nothing squeezes the scores. Raw ones may look squeezed under some weights, squeezed ones under all."""

    def look(some: Draw) -> None:
        model = Model(student, some, scale=2.5)
        look_raw(model.logits(*pairs(some, rows=12)), "Seq2Seq")

    on_some_weights(draw, look)


def every_part_learns(student: Any, draw: Draw) -> None:
    """Gradients are slopes, from the last score back to the first token of the source."""
    model = Model(student, draw, scale=0.4)
    src, tgt = pairs(draw)
    pull = draw.normal(B, T, V)
    hint = "Is the way back from the scores to every token of src and tgt free, nothing detached or frozen?"
    check_slopes(student, model.thing, (src, tgt), pull, draw, "Seq2Seq", hint)
    same, each = np.full((2, S), 3), np.arange(1, V).reshape(2, S)
    pull = np.zeros((2, S, V), np.float32)
    pull[..., 2] = 1  # so that no weight of the classifier can be taken for the vectors
    for src, tgt, words in ((each, same, "src"), (same, each, "tgt")):
        gradients = student.gradients(model.thing, src, tgt, pull=pull).weights
        if not all(token_learns(gradients, token, V) for token in range(1, V)):
            raise Mismatch(f"No gradient reaches the embedding of some tokens of {words}.", hint)
    on_some_weights(draw, lambda some: _first_tokens_learn(student, some, hint))


def _first_tokens_learn(student: Any, draw: Draw, hint: str) -> None:
    """From the last score back through many steps to the first token of src, and of tgt."""
    model = Model(student, draw, scale=0.4)
    steps = LONG + int(draw.integers(0, LONG))  # how many, no code can know
    pull = np.zeros((2, steps, V), np.float32)
    pull[:, -1, 2] = 1
    for place, words in enumerate(("src", "tgt")):
        inputs = [draw.integers(2, V, 2, steps) for _ in range(2)]
        inputs[place][:, 0] = 1  # and nowhere else
        if not token_learns(student.gradients(model.thing, *inputs, pull=pull).weights, 1, V):
            raise Mismatch(
                f"No gradient of the scores at step {steps - 1} reaches the token at step 0 of {words}.",
                hint,
            )


def token_learns(gradients: dict[str, Array | None], token: int, vocab: int) -> bool:
    """Whether any weight with one row or column per id has a gradient at this id."""
    found = [np.asarray(g) for g in gradients.values() if isinstance(g, np.ndarray) and g.dtype.kind == "f"]
    return any(
        np.any(np.take(gradient, token, axis=axis))
        for gradient in found
        for axis, size in enumerate(gradient.shape)
        if size == vocab and gradient.ndim > 1
    )


# ---- teacher_forcing_loss


class Sample:
    """A student's model, sentences for it, and what it says when it reads all but their last token."""

    def __init__(self, student: Any, draw: Draw, lengths: tuple[int, ...], pad: int = 0) -> None:
        self.student, self.pad = student, pad
        self.model = Model(student, draw)
        self.src = draw.integers(1, V, len(lengths), S)
        self.tgt = draw.tokens(list(lengths), V, pad)
        self.tgt[:, 0] = 1 + (pad == 1)  # every sentence starts alike
        self.read, self.scored = self.tgt[:, :-1], self.tgt[:, 1:]

    def logits(self, **mode: Any) -> Array:
        return self.model.logits(self.src, self.read, **mode)

    def check(self, *more: Any, **named: Any) -> None:
        """The loss against the mean cross-entropy over the scored tokens that are not padding."""
        logits, trained = self.logits(train=False), self.logits(train=True, seed=3)
        wanted = [self.mean(logits)]
        if not close(logits, trained).all():  # dropout of their own, and a loss that may switch it on
            wanted.append(self.mean(trained))
        self.logits()
        got, after = self.student.call_and_see(
            "teacher_forcing_loss", self.model.thing, self.src, self.tgt, *more, grad=True, seed=3, **named
        )
        if not are_unchanged(after, ..., self.src, self.tgt, *more):
            raise Mismatch(
                "teacher_forcing_loss changes the source or the target that it is given.",
                "Which of your lines writes into an input?",
            )
        if not isinstance(got, np.ndarray):
            raise Mismatch(
                f"teacher_forcing_loss was to return a tensor that can be differentiated; got "
                f"{describe(got)}.",
                "On what can backward() be called?",
            )
        loss = expect(got, "teacher_forcing_loss").to_be_number()
        if any(close(np.array(loss), np.array(want)) for want in wanted):
            return
        for words, (wrong, hint) in self.known().items():
            if close(np.array(loss), np.array(wrong)):
                raise Mismatch(f"teacher_forcing_loss {words}.", hint, loss)
        raise Mismatch(
            "teacher_forcing_loss is not the mean cross-entropy of the model's scores, when the decoder "
            "reads tgt[:, :-1], over the tokens of tgt[:, 1:] that are not pad.",
            MEAN,
            loss,
        )

    def mean(self, logits: Array, scored: Array | None = None, every: bool = False) -> float:
        wanted = self.scored if scored is None else scored
        losses, _ = cross_entropy(np.float64(logits), wanted)
        return float(losses.mean() if every else losses[wanted != self.pad].mean())

    def known(self) -> dict[str, tuple[float, str]]:
        """Known wrong losses, by what they do."""
        logits, real = self.logits(), self.scored != self.pad
        whole = self.model.logits(self.src, self.tgt)
        losses, _ = cross_entropy(np.float64(logits), self.scored)
        masked = losses * real
        padding = "Which of the scored tokens carry no meaning?"
        known = {
            "scores each step against the token that the decoder reads at that step": (
                self.mean(logits, self.read),
                FORCING,
            ),
            "gives the decoder all of tgt and scores each step against the token read at that step": (
                self.mean(whole, self.tgt),
                FORCING,
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


def loss_is_shifted(student: Any, draw: Draw) -> None:
    """On rows without padding."""
    Sample(student, draw, (6, 6, 6, 6)).check()


def loss_leaves_out_padding(student: Any, draw: Draw) -> None:
    Sample(student, draw, (4, 7, 2, 5)).check()


def loss_takes_another_padding(student: Any, draw: Draw) -> None:
    """Another id of padding, with which 0 is a token like any other."""
    sample = Sample(student, draw, (4, 7, 3, 5), pad=3)
    sample.tgt[1, 2] = 0
    sample.check(pad=3)
    sample.check(3)


def loss_teaches_the_model(student: Any, draw: Draw) -> None:
    """Its gradients by the model's weights, against those of the right loss through the same model.

    With dropout of their own, in either mode: which one the loss leaves the model in is theirs.
    """
    sample = Sample(student, draw, (4, 7, 2, 5))
    wanted = [_gradients_of_the_right_loss(sample, train=False)]
    if not close(sample.logits(), sample.logits(train=True, seed=3)).all():
        wanted.append(_gradients_of_the_right_loss(sample, train=True, seed=3))
    inputs = sample.model.thing, sample.src, sample.tgt
    loss = student.call("teacher_forcing_loss", *inputs, grad=True)
    one = np.ones(loss.shape if isinstance(loss, np.ndarray) and loss.size == 1 else (), np.float32)
    sample.logits()
    got = student.gradients("teacher_forcing_loss", *inputs, pull=one, seed=3).weights
    failure: Mismatch | None = None
    for want in wanted:
        try:
            return _compare_gradients(got, want)
        except Mismatch as found:
            failure = failure or found
    assert failure is not None
    raise failure


def _gradients_of_the_right_loss(sample: Sample, **mode: Any) -> dict[str, Array | None]:
    _, slope = cross_entropy(np.float64(sample.logits(**mode)), sample.scored)
    real = (sample.scored != 0)[..., None]
    pull = (slope * real / real.sum()).astype(np.float32)
    found: dict[str, Array | None] = sample.student.gradients(
        sample.model.thing, sample.src, sample.read, pull=pull, **mode
    ).weights
    return found


def _compare_gradients(got: dict[str, Array | None], want: dict[str, Array | None]) -> None:
    hint = "Can a gradient pass every operation between the model's weights and the loss?"
    for name, part in want.items():
        mine = got.get(name)
        if part is None or not np.any(part):
            continue
        if mine is None:
            raise Mismatch("Not every weight of the model gets a gradient from teacher_forcing_loss.", hint)
        expect(mine, "The gradient that teacher_forcing_loss gives the model's weights").to_match(
            part,
            otherwise="{name} is not that of the mean cross-entropy over the tokens of tgt[:, 1:] that are "
            "not pad.",
            hint="Is the loss itself the right one, and can it still reach every weight of the model?",
        )
