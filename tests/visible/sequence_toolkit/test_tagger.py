"""BiLSTMTagger: a score for every tag at every token, however the directions are run and put together."""

from __future__ import annotations

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
)
from tests.visible.sequence_toolkit.support.padding import real
from tests.visible.sequence_toolkit.support.tagger import (
    LENGTHS,
    LOGITS,
    E,
    H,
    K,
    Model,
    T,
    V,
    other,
    random_model,
    sentences,
)
from tests.visible.sequence_toolkit.support.tokens import far, tokens_that_learn

ENDS = "Where does each row begin for the backward direction, and what but its own tokens reaches its scores?"


def test_tagger_scores_every_tag(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: at each place one score per tag, (B, T, num_tags)"""
    model = random_model(student, draw, dropout=None)
    logits = model.logits(sentences(draw))[real(LENGTHS)]
    if np.ptp(logits, axis=0).max() < 1e-6:
        raise Mismatch(f"{LOGITS} are the same for every token.", "On what does a score depend?", logits)
    model.wide(draw.tokens([4, 4, 2], V), np.array([4, 4, 2]))
    model.wide(np.array([[V - 1]]), np.array([1]))
    random_model(student, draw, tags=8).wide(sentences(draw), LENGTHS)


@needs(test_tagger_scores_every_tag)
def test_tagger_runs_an_lstm(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: its recurrent layer is an LSTM

    Of PyTorch's recurrent layers, which name their weights alike, only an LSTM has four gates. One that is
    written by hand has other names, but as many weights: four gates in each direction.
    """
    weights = random_model(student, draw).thing.trainable
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


@needs(test_tagger_scores_every_tag)
def test_tagger_reads_in_both_directions(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: the first tag knows the last token, and the last tag the first"""

    def look(some: Draw) -> None:
        model = random_model(student, some, scale=0.6)
        tokens = sentences(some)
        logits = model.logits(tokens)
        for token in range(max(LENGTHS)):
            changed = model.logits(other(tokens, np.minimum(token, LENGTHS - 1)))
            for place in range(max(LENGTHS)):
                rows = np.flatnonzero(max(place, token) < LENGTHS)
                where = "after" if token > place else "before" if token < place else "at"
                expect(changed[rows, place], LOGITS).to_differ(
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


@needs(test_tagger_scores_every_tag)
def test_tagger_ignores_padding(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: neither the amount nor the content of the padding matters"""

    def look(some: Draw) -> None:
        model = random_model(student, some)
        lengths = sequences.ragged(some, LENGTHS)
        tokens = sentences(some, lengths)
        logits = model.logits(tokens, lengths)
        _reads_on(model, tokens, lengths, logits)
        for padded, words in (
            (np.pad(tokens, ((0, 0), (0, 4))), "padding is added"),
            (tokens[:, : max(lengths)], "some of the padding is cut off"),
            (
                np.where(real(lengths, T), tokens, some.integers(1, V, *tokens.shape)),
                "other ids stand behind the end of a row",
            ),
        ):
            expect(model.logits(padded, lengths), LOGITS, axes="BTK").to_match(
                logits,
                where=real(lengths),
                otherwise=f"{{name}} of real tokens change when {words}, {{where}}.",
                hint=ENDS,
            )

    on_lively_weights(draw, look)


@needs(test_tagger_scores_every_tag)
def test_tagger_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: a row gives the same alone and in a batch, in its own place"""

    def look(some: Draw) -> None:
        model = random_model(student, some)
        for many in sequences.large(some):
            _rows_stay_apart(model, some.tokens(list(many), V), many)
        lengths = sequences.ragged(some, LENGTHS)
        tokens = sentences(some, lengths)
        logits = model.logits(tokens, lengths)
        _reads_on(model, tokens, lengths, logits)
        each = list(enumerate(lengths))
        alone = [model.logits(tokens[row : row + 1, :length], np.array([length]))[0] for row, length in each]
        for row, length in each:
            for place, width in each:
                both = min(length, width)
                if place != row and close(alone[row][:both], logits[place, :both]).all():
                    raise Mismatch(
                        f"The logits of row {row} (counted from 0) stand in another row of BiLSTMTagger's "
                        "result.",
                        "Row 0 of what you return: is it row 0 of what came in?",
                        logits,
                    )
        for row, length in each:
            expect(logits[row : row + 1, :length], f"{LOGITS} of row {row}").to_match(
                alone[row][None],
                otherwise="{name} (counted from 0) are not the same in its batch and alone.",
                hint=ENDS,
            )

    on_lively_weights(draw, look)


def _rows_stay_apart(model: Model, tokens: Array, lengths: Array) -> None:
    logits = model.logits(tokens, lengths)
    sequences.rows_stay_apart(
        LOGITS,
        len(lengths),
        lambda row: (
            model.logits(tokens[row, : lengths[row][0]], lengths[row]),
            logits[row, : lengths[row][0]],
        ),
        ENDS,
    )


def _reads_on(model: Model, tokens: Array, lengths: Array, logits: Array) -> None:
    """Raise `Mismatch` where no place knows of another one: what else is in a batch then changes nothing,
    whatever the code does about it.
    """
    for columns in (0 * lengths, lengths - 1):
        elsewhere = real(lengths) & (np.arange(max(lengths)) != columns[:, None])
        changed = model.logits(other(tokens, columns), lengths)
        if not close(changed[elsewhere], logits[elsewhere], 1e-6).all():
            return
    raise Mismatch(
        "BiLSTMTagger's logits of a token depend on no other token of its row, so nothing that stands beside "
        "a row can change them.",
        "Which layer carries what it has read from one token to the next?",
        logits,
    )


@needs(test_tagger_scores_every_tag)
def test_tagger_repeats_itself(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: in evaluation mode the same tokens give the same scores; inputs stay as they are"""
    model = random_model(student, draw, dropout=0.5)
    inputs = sentences(draw), LENGTHS.copy()
    first = model.logits(*inputs, seed=1)
    _, after = model.thing.call_and_see(*inputs)
    sequences.inputs_stay("BiLSTMTagger", after, *inputs, what="tokens or lengths")
    model.logits(draw.tokens([3, 2], V), np.array([3, 2]))
    hint = "Which part of the model is random, and when may it be?"
    sequences.same_again(f"In eval mode, {LOGITS}", first, model.logits(*inputs, seed=2), hint)
    stay_apart("BiLSTMTagger", lambda: model.logits(*inputs), lambda: random_model(student, draw))


@needs(test_tagger_scores_every_tag)
def test_dropout_is_for_training(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: dropout at the given rate, in training"""
    tokens = sentences(draw)
    hint = "Which layer drops numbers, at which rate, and in which mode of the model?"

    def both_modes(key: str, dropout: float | None) -> tuple[Array, Array, Array]:
        model = random_model(student, draw.child(key), dropout=dropout)
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


@needs(test_tagger_scores_every_tag)
def test_tagger_returns_raw_scores(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: logits as they are"""

    def look(some: Draw) -> None:
        model = random_model(student, some, scale=2.5)
        look_raw(model.logits(some.tokens([6] * 12, V), np.full(12, 6)), "BiLSTMTagger")

    on_some_weights(draw, look)


@needs(test_tagger_scores_every_tag)
def test_tagger_learns_with_all_its_parts(student: Student, draw: Draw) -> None:
    """BiLSTMTagger: gradients reach every weight and every token's vector"""
    model = random_model(student, draw, scale=0.4)
    tokens = sentences(draw)
    width = model.wide(tokens, LENGTHS).shape[1]
    pull = draw.normal(len(tokens), width, K) * real(LENGTHS, width)[..., None]
    hint = "Can the loss at each step still reach every token of its row, and nothing of the padding?"
    with np.errstate(invalid="ignore"):  # of -inf at padding, which the pull takes times 0
        check_slopes(student, model.thing, (tokens, LENGTHS), pull, draw, "BiLSTMTagger", hint)

    _all_tokens_learn(student, draw.child("each"), model)
    on_lively_weights(draw.child("far"), lambda some: _far_tokens_learn(student, some, hint))


def _all_tokens_learn(student: Student, draw: Draw, model: Model) -> None:
    """Every real token has a vector that learns, under some weights at least: a ReLU may silence one."""
    tokens, lengths = np.tile(np.arange(1, V), 2).reshape(4, 6), np.full(4, 6)
    pull = np.zeros((4, 6, K), np.float32)
    pull[..., 1] = 1  # so that no weight of the classifier can be taken for the vectors
    learnt: set[int] = set()
    for key in "abcdef":
        model.logits(tokens, lengths)
        learnt |= tokens_that_learn(model.thing.gradients(tokens, lengths, pull=pull).weights, V)
        if learnt.issuperset(range(1, V)):
            return
        if draw.symmetric:  # one look is enough for the diagnosis
            break
        model = random_model(student, draw.child(key), scale=0.4)
    raise Mismatch(
        "No gradient reaches some real tokens in BiLSTMTagger's embedding.",
        "Which rows of the embedding may stay as they are, and does every real token reach the scores?",
    )


def _far_tokens_learn(student: Student, draw: Draw, hint: str) -> None:
    """From the last score of a long row back to its first token, and from the first score to the last one.

    A token stands at one step only, so the gradient of its vector is that of the step.
    """
    steps = far(draw)
    model = random_model(student, draw, scale=0.4, vocab=steps + 1)
    tokens, lengths = 1 + draw.order(steps)[None].repeat(2, 0), np.array([steps, steps])
    for score, order, words in ((-1, 1, "last"), (0, -1, "first")):
        pull = np.zeros_like(model.wide(tokens, lengths))
        pull[:, score, 1] = sequences.LOUD
        norms = by_token(model.thing.gradients(tokens, lengths, pull=pull).weights, steps + 1)
        if not draw.symmetric:  # gradients of equal weights may cancel out
            sequences.reaches_back(
                norms[tokens[0]][::order],
                f"No gradient of the {words} scores of {steps} reaches the tokens at the other end of the "
                "row.",
                hint,
            )


@needs(test_tagger_scores_every_tag)
def test_tagger_learns_parities(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """BiLSTMTagger learns tags made of the parities of three neighbours

    40 batches, then 200 held-out sentences, whose tags never leave the grader.
    """

    def once(source: Draw) -> None:
        model = Model(student, 12, 16, 24, 8, seed=int(source.integers(0, 1 << 30)))
        model.wide(*_tagged(source, 2)[:2])
        adam = Adam(student, model.thing, 0.03)
        for step in range(40):
            tokens, lengths, tags = _tagged(source, 48)
            scores = model.wide(tokens, lengths, train=True, seed=step)
            width = scores.shape[1]
            counted = real(lengths, width)[..., None]
            _, slope = cross_entropy(scores, tags[:, :width])
            pull = (slope * counted / counted.sum()).astype(np.float32)
            adam.step(model.thing.gradients(tokens, lengths, pull=pull, train=True, seed=step).weights)
        tokens, lengths, tags = _tagged(source, 200)
        best = model.logits(tokens, lengths).argmax(-1)
        right = (best == tags[:, : best.shape[1]])[real(lengths)]
        if not thresholds.reached("accuracy", right.mean()):
            raise Mismatch(
                "BiLSTMTagger does not learn tags that depend on a token and both of its neighbours.",
                "Do the scores at each step know the tokens on both sides, and does every part learn?",
            )

    attempts(draw, once)


def _tagged(draw: Draw, rows: int) -> tuple[Array, Array, Array]:
    """tokens (rows, 8), lengths, tags: parities of the token before, here and behind as one number."""
    lengths = draw.integers(3, 9, rows)
    tokens = draw.tokens(list(lengths), 12, columns=8)
    odd = np.pad(tokens % 2, ((0, 0), (1, 1)))
    return tokens, lengths, odd[:, :-2] + 2 * odd[:, 1:-1] + 4 * odd[:, 2:]
