"""Seq2Seq, its loss with teacher forcing, and what it learns.

The model is judged by properties alone, which hold for any encoder and decoder; the loss against the
student's own model, whatever that is worth.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.checks import (
    Adam,
    Array,
    Draw,
    Mismatch,
    Student,
    Thresholds,
    attempts,
    by_token,
    check_slopes,
    close,
    cross_entropy,
    expect,
    look_raw,
    needs,
    on_lively_weights,
    on_some_weights,
    sequences,
    stay_apart,
    variant,
)
from tests.visible.sequence_toolkit.support.seq2seq import (
    B,
    Lesson,
    Model,
    S,
    T,
    V,
    other,
    pairs,
    random_model,
)
from tests.visible.sequence_toolkit.support.tokens import LONG, far, tokens_that_learn

LOGITS = "Seq2Seq's logits"
CARRIED = "What does the decoder carry from one step to the next?"
TOSSES = range(5, 11)  # seeds: a coin that decides who has written a token shows its other side, too


def test_seq2seq_scores_every_token(student: Student, draw: Draw) -> None:
    """Seq2Seq: at each step of tgt one score per token, (B, T, V)"""
    model = random_model(student, draw)
    for rows, source, target in ((B, S, T), (B, T, S), (1, S, T), (2, 1, 3), (2, 3, 1)):
        model.logits(np.full((rows, source), V - 1), np.full((rows, target), V - 1))
    logits = model.logits(*pairs(draw))
    if np.ptp(logits, axis=(0, 1)).max() < 1e-6:
        raise Mismatch(f"{LOGITS} are the same for every token.", "On what does a score depend?", logits)


@needs(test_seq2seq_scores_every_token)
def test_source_matters_from_the_first_step(student: Student, draw: Draw) -> None:
    """Seq2Seq: another source gives other scores, from the first step on"""

    def look(some: Draw) -> None:
        model = random_model(student, some)
        src, tgt = pairs(some)
        logits = model.logits(src, tgt)
        changed = model.logits(other(src, *range(S)), tgt)
        for steps, words in ((slice(0, 1), "at the first step"), (slice(None), "at any step")):
            expect(changed[:, steps], LOGITS).to_differ(
                logits[:, steps],
                otherwise=f"{{name}} do not depend on the source {words} (row {{rows}}, counted from 0).",
                hint="What does the decoder get from the encoder, and when?",
            )

    on_some_weights(draw, look)


@needs(test_seq2seq_scores_every_token)
def test_encoder_reads_the_whole_source(student: Student, draw: Draw) -> None:
    """Seq2Seq: every token of the source matters, and their order does"""

    def look(some: Draw) -> None:
        model = random_model(student, some, scale=0.6)
        src, tgt = pairs(some)
        src[:, 1] = src[:, 0] % (V - 1) + 1
        logits = model.logits(src, tgt)
        for column in (0, S // 2, S - 1):
            expect(model.logits(other(src, column), tgt), LOGITS).to_differ(
                logits,
                otherwise=f"{{name}} do not depend on token {column} of the source (row {{rows}}; rows and "
                "tokens counted from 0).",
                hint="Which tokens does the encoder read before the decoder starts?",
            )
        expect(model.logits(src[:, [1, 0, *range(2, S)]], tgt), LOGITS).to_differ(
            logits,
            otherwise="{name} stay the same when two tokens of the source change places (row {rows}, counted "
            "from 0).",
            hint="What in the encoder knows the order of the tokens?",
        )

    on_some_weights(draw, look)


@needs(test_seq2seq_scores_every_token)
def test_decoder_reads_the_true_tokens(student: Student, draw: Draw) -> None:
    """Seq2Seq: each step reads its own token of tgt and remembers those before it"""

    def look(some: Draw) -> None:
        model = random_model(student, some)
        src, tgt = pairs(some)
        for train, seed in ((False, 5), *((True, seed) for seed in TOSSES)):
            logits = model.logits(src, tgt, train=train, seed=seed)
            for column in (0, T // 2, T - 1):
                changed = model.logits(src, other(tgt, column), train=train, seed=seed)
                expect(changed[:, column], LOGITS).to_differ(
                    logits[:, column],
                    otherwise="{name} at a step do not depend on the token of tgt at that step (row {rows}, "
                    "counted from 0).",
                    hint="Which token goes into the decoder at each step, and who has written it?",
                )
                after = min(column + 1, T - 1)
                expect(changed[:, after], LOGITS).to_differ(
                    logits[:, after],
                    otherwise="{name} at a step do not depend on the token of tgt one step earlier (row "
                    "{rows}, counted from 0).",
                    hint=CARRIED,
                )

    on_some_weights(draw, look)


@needs(test_seq2seq_scores_every_token)
def test_decoder_never_looks_ahead(student: Student, draw: Draw) -> None:
    """Seq2Seq: the scores of a step do not know later tokens, in training neither"""
    model = random_model(student, draw)
    src, tgt = pairs(draw)
    for train in (False, True):
        logits = sequences.never_looks_ahead(
            LOGITS,
            partial(model.logits, src, train=train, seed=5),
            tgt,
            lambda column: other(tgt, *range(column, T)),
            (1, T // 2, T - 1),
            "Which tokens may the decoder know when it guesses the next one?",
            axes="BTW",
        )
        changed = model.logits(src, other(tgt, 0), train=train, seed=5)
        sequences.remembers(LOGITS, logits, changed, CARRIED)


@needs(test_seq2seq_scores_every_token)
def test_seq2seq_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """Seq2Seq: a row gives the same alone and in a batch"""
    model = random_model(student, draw)
    for lengths in sequences.large(draw):
        _rows_stay_apart(model, *pairs(draw.child("many"), len(lengths), lengths[-1], lengths[-1]))
    src, tgt = pairs(draw)
    logits = _rows_stay_apart(model, src, tgt)
    if close(model.logits(other(src, *range(S)), tgt), logits, 1e-6).all():  # then all else must be carried
        sequences.remembers(LOGITS, logits, model.logits(src, other(tgt, 0)), CARRIED)


def _rows_stay_apart(model: Model, src: Array, tgt: Array) -> Array:
    """The logits of the batch."""
    logits = model.logits(src, tgt)
    sequences.rows_stay_apart(
        LOGITS,
        len(src),
        lambda row: (model.logits(src[row], tgt[row]), logits[row]),
        "Along which axis do your layers read, and what but its own tokens reaches a row's scores?",
    )
    return logits


@needs(test_seq2seq_scores_every_token)
def test_seq2seq_repeats_itself(student: Student, draw: Draw) -> None:
    """Seq2Seq: the same tokens give the same scores, and stay as they are"""
    model = random_model(student, draw)
    inputs = pairs(draw)
    first = model.logits(*inputs, seed=1)
    _, after = model.thing.call_and_see(*inputs)
    sequences.inputs_stay("Seq2Seq", after, *inputs, what="tokens of src or tgt")
    model.logits(*pairs(draw, rows=2))
    sequences.same_again(
        LOGITS,
        first,
        model.logits(*inputs, seed=2),
        "What does your model keep from one batch to the next, and what in it is random?",
    )
    stay_apart("Seq2Seq", lambda: model.logits(*inputs), lambda: random_model(student, draw))
    _starts_the_same(random_model(student, draw, scale=0.3), draw)


def _starts_the_same(model: Model, draw: Draw) -> None:
    """In training, too: chance in the encoder's first state fades in a long source, a dropout's does not."""

    def apart(steps: int) -> float:
        src, tgt = draw.integers(1, V, B, steps), draw.integers(1, V, B, T)
        one, another = [model.logits(src, tgt, train=True, seed=seed) for seed in (1, 2)]
        return float(np.abs(np.asarray(one, np.float64) - another).max())

    first = apart(1)
    if first > 1e-4 and apart(2 * LONG) < 0.05 * first:
        raise Mismatch(
            "In training mode Seq2Seq's encoder does not start from a state of zeros: the scores depend on "
            "chance.",
            "Which state does a recurrent layer start from when none is passed?",
        )


@needs(test_seq2seq_scores_every_token)
def test_seq2seq_returns_raw_scores(student: Student, draw: Draw) -> None:
    """Seq2Seq: logits as they are"""

    def look(some: Draw) -> None:
        look_raw(random_model(student, some, scale=2.5).logits(*pairs(some, rows=12)), "Seq2Seq")

    on_some_weights(draw, look)


@needs(test_seq2seq_scores_every_token)
def test_encoder_and_decoder_learn(student: Student, draw: Draw) -> None:
    """Seq2Seq: gradients reach every weight, back to the first token of the source"""
    model = random_model(student, draw, scale=0.4)
    inputs = pairs(draw)
    hint = "Is the way back from the scores to every token of src and tgt free, nothing detached or frozen?"
    check_slopes(student, model.thing, inputs, draw.normal(B, T, V), draw, "Seq2Seq", hint)

    _all_tokens_learn(student, draw.child("each"), model, hint)
    on_lively_weights(draw.child("far"), lambda some: _first_tokens_learn(student, some, hint))


def _all_tokens_learn(student: Student, draw: Draw, model: Model, hint: str) -> None:
    """Every token of src, and of tgt, has a vector that learns, under some weights at least.

    A ReLU may stand behind the embedding, and silence a vector.
    """
    same, each = np.full((2, S), 3), np.arange(1, V).reshape(2, S)
    pull = np.zeros((2, S, V), np.float32)
    pull[..., 2] = 1  # so that no weight of the classifier can be taken for the vectors
    for src, tgt, words in ((each, same, "src"), (same, each, "tgt")):
        learnt = tokens_that_learn(model.thing.gradients(src, tgt, pull=pull).weights, V)
        for key in "" if draw.symmetric else "abcde":  # one look is enough for the diagnosis
            if not learnt.issuperset(range(1, V)):
                some = random_model(student, draw.child(key), scale=0.4)
                learnt |= tokens_that_learn(some.thing.gradients(src, tgt, pull=pull).weights, V)
        if not learnt.issuperset(range(1, V)):
            raise Mismatch(f"No gradient reaches the embedding of some tokens of {words}.", hint)


def _first_tokens_learn(student: Student, draw: Draw, hint: str) -> None:
    """From the last score back through many steps to the first token of src, and of tgt.

    A token stands at one step only, so the gradient of its vector is that of the step.
    """
    steps = far(draw)
    for words in ("src", "tgt"):
        model = random_model(student, draw, scale=0.4, vocab=steps + 1)
        long, short = (1 + draw.order(steps)[None, :columns].repeat(2, 0) for columns in (steps, S))
        src, tgt = (long, short) if words == "src" else (short, long)
        pull = np.zeros_like(model.logits(src, tgt))
        pull[:, -1, 0] = sequences.LOUD  # the score of padding, which stands nowhere
        norms = by_token(model.thing.gradients(src, tgt, pull=pull).weights, steps + 1)
        if not draw.symmetric:  # gradients of equal weights may cancel out
            sequences.reaches_back(
                norms[long[0]],
                f"With {steps} tokens in {words}, no gradient of the last scores reaches those before step "
                "{step}.",
                hint,
            )


# -- teacher_forcing_loss ------------------------------------------------------------------------------------


@needs(test_seq2seq_scores_every_token)
def test_loss_is_shifted_by_one_step(
    student: Student, draw: Draw, lengths: tuple[int, ...] = (6, 6, 6, 6)
) -> None:
    """teacher_forcing_loss: the true tokens go in, the next one is scored"""
    Lesson(student, draw, lengths).compare_loss()
    for many in sequences.large(draw):
        Lesson(student, draw, list(many), vocab=int(draw.integers(70, 200))).compare_loss()


test_loss_leaves_out_padding = variant(
    test_loss_is_shifted_by_one_step,
    "teacher_forcing_loss: the mean over all tokens that are not padding",
    lengths=(4, 7, 2, 5),
)


@needs(test_seq2seq_scores_every_token)
def test_loss_takes_another_padding(student: Student, draw: Draw) -> None:
    """teacher_forcing_loss: padding may have another id than 0"""
    lesson = Lesson(student, draw, (4, 7, 3, 5), pad=3)
    lesson.tgt[1, 2] = 0  # a token like any other
    lesson.compare_loss(pad=3)
    lesson.compare_loss(3)


@needs(test_seq2seq_scores_every_token)
def test_loss_teaches_the_model(student: Student, draw: Draw) -> None:
    """teacher_forcing_loss: its gradients reach encoder and decoder"""
    lesson = Lesson(student, draw, (4, 7, 2, 5))
    wanted = [lesson.right_gradients()]
    if not close(lesson.logits(), lesson.logits(train=True, seed=3)).all():  # dropout: either mode will do
        wanted.append(lesson.right_gradients(train=True, seed=3))
    inputs = lesson.model.thing, lesson.src, lesson.tgt
    loss = student.call("teacher_forcing_loss", *inputs, grad=True)
    one = np.ones(loss.shape if isinstance(loss, np.ndarray) and loss.size == 1 else (), np.float32)
    lesson.logits()
    got = student.gradients("teacher_forcing_loss", *inputs, pull=one, seed=3).weights
    failures = []
    for want in wanted:
        try:
            return _compare_gradients(got, want)
        except Mismatch as failure:
            failures.append(failure)
    raise failures[0]


def _compare_gradients(got: dict[str, Array | None], want: dict[str, Array | None]) -> None:
    for name, part in want.items():
        if part is None or not np.any(part):
            continue
        mine = got.get(name)
        if mine is None:
            raise Mismatch(
                "Not every weight of the model gets a gradient from teacher_forcing_loss.",
                "Can a gradient pass every operation between the model's weights and the loss?",
            )
        expect(mine, "The gradient that teacher_forcing_loss gives the model's weights").to_match(
            part,
            otherwise="{name} is not that of the mean cross-entropy over the tokens of tgt[:, 1:] that are "
            "not pad.",
            hint="Is the loss itself the right one, and can it still reach every weight of the model?",
        )


# -- training ------------------------------------------------------------------------------------------------

WORDS = 9  # ids
START, END, FIRST = 1, 2, 3  # words begin at FIRST
LENGTH = 3  # of a source


@needs(test_seq2seq_scores_every_token)
def test_seq2seq_learns_to_copy(
    student: Student, draw: Draw, thresholds: Thresholds, backwards: bool = False
) -> None:
    """Seq2Seq, trained with teacher forcing, copies sentences by greedy decoding

    100 batches, then 200 held-out sentences, whose words never leave the grader; the loss is the grader's,
    so that a wrong one of the student's costs nothing here.
    """

    def once(source: Draw) -> None:
        model = Model(student, WORDS, 16, 32, seed=int(source.integers(0, 1 << 30)))
        model.thing(*_sentences(source, 2, backwards))
        adam = Adam(student, model.thing, 0.03)
        for step in range(100):
            src, tgt = _sentences(source, 48, backwards)
            read, scored = tgt[:, :-1], tgt[:, 1:]
            _, slope = cross_entropy(model.logits(src, read, train=True, seed=step), scored)
            pull = (slope / scored.size).astype(np.float32)
            adam.step(model.thing.gradients(src, read, pull=pull, train=True, seed=step).weights)
        src, tgt = _sentences(source, 200, backwards)
        if not thresholds.reached("accuracy", (_greedy(model, src) == tgt[:, 1:-1]).mean()):
            task = "turn sentences round" if backwards else "copy sentences"
            raise Mismatch(
                f"Seq2Seq does not learn to {task}: too many of the words that it then writes are wrong.",
                "Does every part learn, and does the decoder know the whole source but no later token?",
            )

    attempts(draw, once)


def _sentences(draw: Draw, rows: int, backwards: bool) -> tuple[Array, Array]:
    """src (rows, 3); tgt (rows, 5): START, the same words in this or the other direction, END."""
    src = draw.integers(FIRST, WORDS, rows, LENGTH)
    start, end = np.full((rows, 1), START), np.full((rows, 1), END)
    return src, np.hstack([start, src[:, ::-1] if backwards else src, end])


def _greedy(model: Model, src: Array) -> Array:
    """(rows, 3): what the model ranks first, word after word, each read before the next is chosen."""
    tgt = np.full((len(src), 1), START)
    for _ in range(LENGTH):
        tgt = np.hstack([tgt, model.logits(src, tgt)[:, -1].argmax(-1)[:, None]])
    return tgt[:, 1:]
