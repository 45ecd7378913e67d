"""The autoregressive LSTM, its loss, its samples and its training."""

from collections.abc import Callable
from functools import partial
from itertools import chain

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    Thresholds,
    are_unchanged,
    attempts,
    close,
    cross_entropy,
    expect,
    leave_the_generators_alone,
    needs,
    sequences,
    stay_apart,
    touched,
)
from tests.visible.a3b_recurrent_networks.support import language, sampling, sentences, strings, writers
from tests.visible.a3b_recurrent_networks.support.language import LONG, NAME, E, H, Model, V
from tests.visible.a3b_recurrent_networks.support.training import ORDER, Batches
from tests.visible.a3b_recurrent_networks.support.writers import STEPS, Writer

T = 8
SAME = f"{NAME}'s logits are the same for every token."

# ---- question 5


def test_char_lstm_scores_every_token(student: Student, draw: Draw) -> None:
    """CharLSTM: (B, T) gives at each step one score per id, (B, T, V), with 1, 2 or 3 layers"""
    for layers in (1, 2, 3):
        model = Model(student, draw, layers)
        for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
            logits = model.logits(draw.tokens([columns] * rows, V))
            if rows == 4 and np.ptp(logits, axis=(0, 1)).max() < 1e-6:
                raise Mismatch(SAME, "What do the scores depend on?")
    got = student.new(NAME, V)(draw.tokens([4, 2], V))
    expect(got, f"{NAME}'s logits", axes="BTV").to_be_shaped((2, 4, V))


@needs(test_char_lstm_scores_every_token)
def test_char_lstm_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """CharLSTM: a row gives the same alone and in a batch"""
    model = Model(student, draw)
    for lengths, other in zip(sequences.large(draw), language.wide_models(student, draw), strict=True):
        _rows_stay_apart(other, draw.child("many").tokens([lengths[-1]] * len(lengths), V))
    tokens = draw.tokens([T] * 4, V)
    _rows_stay_apart(model, tokens)
    _, after = model.thing.call_and_see(tokens)
    sequences.inputs_stay(NAME, after, tokens, what="tokens")
    stay_apart(NAME, lambda: model.logits(tokens), lambda: Model(student, draw))


def _rows_stay_apart(model: Model, tokens: Array) -> None:
    logits = model.logits(tokens)
    if np.ptp(logits, axis=(0, 1)).max() < 1e-6:
        raise Mismatch(SAME, "What do the scores depend on?")
    sequences.rows_stay_apart(
        "The logits",
        len(tokens),
        lambda rows: (model.logits(tokens[rows]), logits[rows]),
        "Along which axis does nn.LSTM read without batch_first, and does a state stay from the batch "
        "before?",
    )


@needs(test_char_lstm_scores_every_token)
def test_char_lstm_never_looks_ahead(student: Student, draw: Draw) -> None:
    """CharLSTM: a step knows its own token and all before, and none after it

    In training, too. What came before with up to three draws: saturated gates may let nothing through.
    """
    for layers in (1, 2):
        model = Model(student, draw, layers)
        tokens = draw.tokens([T] * 4, V)
        if not draw.symmetric:
            model.says_the_same_again(tokens)
        for train in (False, True):
            model.never_looks_ahead(tokens, train)
        attempts(draw, partial(language.reads_what_came_before, student, layers=layers))


@needs(test_char_lstm_scores_every_token)
def test_char_lstm_is_an_lstm(student: Student, draw: Draw) -> None:
    """CharLSTM: a linear layer over the states of an nn.LSTM, and no softmax"""
    small = (Model(student, draw, layers) for layers in (1, 3))
    for model in chain(small, language.wide_models(student, draw, layers=2)):
        tokens = draw.tokens([int(draw.integers(2 * LONG, 4 * LONG))] * 4, V)  # how long, no code can know
        states, weights = model.states(tokens), model.thing.trainable
        theirs = model.states_of_torchs(tokens, weights)
        if theirs is None:
            inside = sum(w.size for w in weights.values() if model.vocab not in w.shape)
            language.look_like_an_lstms(states, model, tokens, inside)
        elif not close(states, theirs, 2e-3).all():
            raise Mismatch(
                f"{NAME}'s last layer does not read the outputs of its LSTM for the embedded tokens.",
                "Follow a batch from layer to layer: along which axis does the LSTM read, and where do its "
                "outputs go?",
            )
    Model(student, draw, scale=0.3).starts_from_zeros(draw)


@needs(test_char_lstm_scores_every_token)
def test_char_lstm_learns_with_all_its_parts(student: Student, draw: Draw) -> None:
    """CharLSTM: embedding, as many layers as asked for, and last layer learn, of the assignment's sizes"""
    for layers in (1, 2, 3):
        model = Model(student, draw, layers)
        tokens = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)]).reshape(4, -1)
        pull = draw.normal(*tokens.shape, V)
        got = touched(model.thing.gradients(tokens, pull=pull).weights)
        if got < 2 * V * min(E, H) + 4 * H * (E + H) + (layers - 1) * 8 * H * H:
            raise Mismatch(
                f"In {NAME}({V}, {E}, {H}, {layers}) only {got} weights get a gradient; an embedding, "
                f"{layers} LSTM layer{'s' if layers > 1 else ''} and a last layer have more.",
                "Which layer is missing, left out or detached, and is num_layers handed on?",
            )
    # With up to three draws: a gradient of a saturated gate is 0.
    attempts(draw, partial(language.reaches_the_first_token, student))
    found = {tuple(sorted(w.shape)) for w in student.new(NAME, V).weights.values() if w.ndim == 2}
    if not {tuple(sorted((V, 32))), tuple(sorted((V, 16)))} <= found:
        raise Mismatch(
            f"{NAME}({V}) does not embed its tokens in 32 dimensions, or has no hidden states of 16 numbers.",
            "Which sizes does the assignment give for e and h?",
        )
    if not draw.symmetric:
        default, single = (
            sum(w.size for w in student.new(NAME, V, *given).weights.values()) for given in ((), (32, 16, 1))
        )
        if default != single:
            raise Mismatch(
                f"{NAME}({V}) has not as many weights as {NAME}({V}, 32, 16, 1).",
                "Which sizes and how many layers does the signature give when none are passed?",
            )


# ---- question 6


def test_sample_takes_the_likeliest_at_zero(student: Student, draw: Draw) -> None:
    """sample: a temperature of 0 returns the likeliest id"""
    for number in range(6):
        scores = draw.normal(7, scale=2.0)
        while writers.lead_of(scores) <= writers.CLEAR:  # which an order of operations may lose
            scores = draw.normal(7, scale=2.0)
        for temperature in (0.0, 0):
            if sampling.drawn(student, scores, [number], temperature) != [scores.argmax()]:
                raise Mismatch(
                    "With a temperature of 0, sample does not return the id with the highest score.",
                    "What does its docstring promise for a temperature of 0?",
                )


def test_sample_follows_the_scores(student: Student, draw: Draw) -> None:
    """sample: without a temperature, ids come as often as softmax of the scores says"""
    sampling.follows_the_scores(student, draw)
    if not draw.symmetric:
        sampling.draws_what_is_rare(student, draw.child("rare"))
        sampling.follows_them_by_default(student, draw.child("default"))
    sampling.leaves_the_generators_alone(student, draw)


def test_sample_follows_its_temperature(student: Student, draw: Draw) -> None:
    """sample: low temperatures prefer what is likely, high ones level it"""
    sampling.follows_the_scores(student, draw.child("low"), 0.5)
    sampling.follows_the_scores(student, draw.child("high"), 2.5)
    sampling.stays_finite(student, draw)


@needs(test_char_lstm_scores_every_token)
def test_generate_continues_the_seed(student: Student, draw: Draw) -> None:
    """generate: the seed, then id by id what your model says after all that is there"""
    fed = "Does the model read the whole list so far, in its order, and do you sample from its last step?"
    for key in ("one", "two"):
        writer, reading, wrong = writers.telling(student, draw.child(key))
        seed = reading.seed
        want = seed + reading.ids[: STEPS - 2]
        got = writer.greedy(seed, reading.unused(), len(want), want)
        if got == want:
            continue
        for words, other in wrong.items():
            if got == seed + other[: STEPS - 2]:
                raise Mismatch(f"generate writes {words}", fed, got)
        if got[: len(seed)] != seed:
            raise Mismatch(
                "What generate returns does not begin with the seed.", "What does the list start as?"
            )
        if len(got) > len(want):
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={len(want)}; the seed counts, too.",
                "What does max_length count, and when does your loop look at it?",
            )
        if got == want[: len(got)]:
            raise Mismatch(
                f"generate returns {len(got)} ids, although `end` never comes and max_length={len(want)}.",
                "After which id, and at which length of the list, does your loop end?",
            )
        raise Mismatch(
            "Where nothing is left to chance, generate does not write the id that the model ranks first "
            "each time.",
            fed,
        )
    if not draw.symmetric:
        writers.reads_a_long_seed(student, draw.child("long"))


@needs(test_char_lstm_scores_every_token)
def test_generate_stops_at_the_end(student: Student, draw: Draw) -> None:
    """generate: stops when the end is drawn, and keeps it"""
    writer, reading, _ = writers.telling(student, draw.child("end"), ways=())
    for end in reading.ends()[:2]:
        want = reading.seed + reading.ids[: reading.ids.index(end) + 1]
        got = writer.greedy(reading.seed, end, len(reading.seed) + STEPS, want)
        if got == want:
            continue
        if got == want[:-1]:
            raise Mismatch(
                "generate drops the id of the end, which was to be the last one in the list.",
                "When is the drawn id appended, and when does the loop end?",
            )
        if got[: len(want)] == want or len(got) > len(want):
            raise Mismatch(
                "generate returns a longer list than the model needs to reach `end`.",
                "Is each new id compared with `end`, and does the model read the whole list so far?",
            )
        raise Mismatch(
            "generate does not return the seed and what the model says up to its first `end`.",
            "What does the list start as, what does the model read each time, and when does the loop end?",
        )


@needs(test_char_lstm_scores_every_token)
def test_generate_keeps_to_its_maximal_length(student: Student, draw: Draw) -> None:
    """generate: at most max_length ids, the seed included, and the seed's list left alone"""
    writer, reading, _ = writers.telling(student, draw, ways=())
    size, end = len(reading.seed), reading.unused()
    for limit in (4, 6, 9):
        got = writer.generated(reading.seed, end, limit, 1.0)
        if len(got) > limit:
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={limit}, a seed of {size} among them.",
                "What does max_length count?",
            )
        if len(got) not in (limit, limit - size) and end not in got:
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={limit}, and `end` is not among them.",
                "Under which two conditions is a sample finished?",
            )
    writer = Writer(student)
    writer.redraw(draw, 0.3)
    _, after = student.call_and_see("generate", writer.thing, [1, 4, 2], 3, 12)
    if not are_unchanged(after, ..., [1, 4, 2], 3, 12):
        raise Mismatch(
            "generate appends to the list that it is given as seed: the next sample would start from there.",
            "Whose list does append change?",
        )


@needs(test_char_lstm_scores_every_token)
def test_generate_draws_by_its_temperature(student: Student, draw: Draw) -> None:
    """generate: samples differ at a temperature of 1 and not at 0

    As far as `sample` keeps its promises there: what it does not costs its own checks.
    """
    writer = Writer(student)
    writer.redraw(draw, 0.3)
    seed, end = [3, 1], writers.V - 1
    soft = [writer.generated(seed, end, 12, chance=number) for number in range(6)]
    if not draw.symmetric and soft != [writer.generated(seed, end, 12, 1.0, chance=n) for n in range(6)]:
        raise Mismatch(
            "Without a temperature generate does not write what it writes with a temperature of 1.",
            "Which default does the signature give?",
        )
    varied = set(sampling.drawn(student, np.zeros(5), range(12)))
    if all(sample == soft[0] for sample in soft) and len(varied) > 1:
        raise Mismatch(
            "Six samples from scores that are nearly equal are all the same.",
            "Are you sampling, or taking the maximum?",
        )

    def kept(promise: Callable[[Student, Draw], None]) -> bool:
        try:
            promise(student, draw)
        except (Mismatch, StudentFailure):
            return False
        return True

    if kept(sampling.leaves_the_generators_alone):
        leave_the_generators_alone(
            student, "generate", lambda number: writer.generated(seed, writers.V, 6, chance=number)
        )
    judged = len(varied) > 1
    if kept(test_sample_takes_the_likeliest_at_zero):
        judged = True
        if not writer.writes_the_likeliest(seed, end, 0.0, lead=1e-4):
            raise Mismatch(
                "With a temperature of 0 generate does not return the seed and then the likeliest id each "
                "time.",
                "Is the temperature handed on to sample, and does the list have the right start and length?",
            )
    if kept(sampling.is_certain_when_far_apart):
        judged = True
        writer.sharpen()
        if not writer.writes_the_likeliest(seed, end, 1.0, lead=20.0):
            raise Mismatch(
                "With scores that are far apart, generate writes ids that have no chance at the last step.",
                "Over which axis does softmax add up to one, and what shape do the scores have there?",
            )
    if kept(sampling.stays_finite):
        judged = True
        writers.is_certain_at_low_temperatures(student, draw.child("low"))
        if not draw.symmetric:
            writers.draws_as_sample_does(student, draw.child("warm"))
    if not judged:
        raise Mismatch(
            "While sample fails its own checks, what generate makes of a temperature cannot be judged.",
            "Which of the checks of sample fails first?",
        )


# ---- question 7


def test_loss_is_per_token(student: Student, draw: Draw) -> None:
    """token_loss: the cross-entropy, summed and divided by the number of tokens

    Value and gradient: padding left out of sum and number, or of neither.
    """
    cases = [([5, 2, 7], 0, V), ([4, 1, 6], 9, V), ([4, 4, 4], 0, V), ([1], 3, V)]
    if not draw.symmetric:
        cases.append(([6, 3], 2, int(draw.integers(90, 200))))
    cases += [(list(lengths), 0, V) for lengths in sequences.large(draw)]
    for lengths, pad, vocab in cases:
        targets = draw.tokens(lengths, vocab, pad=pad, columns=max(lengths) + (lengths != [4, 4, 4]))
        logits = draw.normal(*targets.shape, vocab, scale=1.5)
        each, slope = cross_entropy(logits.astype(np.float64), targets)
        real = targets != pad
        got = student.call("token_loss", logits, targets, pad)
        if not isinstance(got, np.ndarray) or got.size != 1:
            raise Mismatch(
                "token_loss was to return a tensor that can be differentiated.",
                "Can you call backward() on it?",
            )
        value = expect(got, "token_loss").to_be_number()
        wants = [(kept, (each * kept).sum() / kept.sum()) for kept in (real, np.ones_like(real))]
        fits = [kept for kept, want in wants if abs(value - want) < 1e-4 * (1 + want)]
        if not fits:
            shares = np.exp(logits - np.logaddexp.reduce(logits, -1)[..., None])
            language.name_the_loss(value, each, cross_entropy(shares, targets)[0], real)
        pull = np.ones(got.shape, np.float32)
        given = student.gradients("token_loss", logits, targets, pad, pull=pull).inputs
        gradient = expect(given[0] if given else None, "The gradient of token_loss", axes="BTV").to_be_shaped(
            logits.shape
        )
        if not any(close(gradient, slope * kept[..., None] / kept.sum()).all() for kept in fits):
            raise Mismatch(
                "The gradient of token_loss is not that of the cross-entropy per token.",
                "On which number is backward() called?",
            )


def test_training_records_losses_and_norms(student: Student, draw: Draw) -> None:
    """train_autoregressive_epoch: for each batch its loss per token and the norm of its gradients

    With a learning rate of 0, in the order of the visit; with padding of two ids.
    """
    for pad in (0, 7):
        look = partial(sentences.record_losses_and_norms, student, pad=pad)
        sentences.over_language_models(student, draw.child(f"pad {pad}"), look)
    many = partial(sentences.every_loss_is_recorded, student)
    if not draw.symmetric:
        sentences.over_language_models(student, draw.child("many"), many)


def test_training_shuffles_the_batches(student: Student, draw: Draw) -> None:
    """train_autoregressive_epoch: every batch once, in a random order

    Losses come in the order of the visit; seven batches in one order three times is no chance.
    """

    def look(model: Thing, source: Draw) -> None:
        batches = sentences.with_losses_apart(source, model, 0)
        still = student.new("torch.optim.SGD", model, lr=0.0)

        def visit(some: Batches, seed: int) -> list[float]:
            got = sentences.epoch_of_tokens(student, model, still, some, 0, seed)
            return sentences.losses_alone(got, len(some))

        runs = [visit(batches, seed) for seed in range(3)]
        alone = [visit([batch], 0)[0] for batch in batches]
        for visited in runs:
            if not sentences.same(sorted(visited), sorted(alone)):
                raise Mismatch(
                    "With a learning rate of 0 a batch has another loss in an epoch than alone.",
                    "Is every batch visited once, and what is carried from one to the next?",
                )
        if all(sentences.same(visited, alone) for visited in runs):
            raise Mismatch("The losses always come in the order in which the batches are given.", ORDER)
        if all(sentences.same(visited, runs[0]) for visited in runs):
            raise Mismatch("The losses come in the same order in every epoch.", ORDER)
        few = batches[:3]
        leave_the_generators_alone(student, "train_autoregressive_epoch", lambda seed: visit(few, seed))

    sentences.over_language_models(student, draw, look)


def test_training_clips_before_it_steps(student: Student, draw: Draw) -> None:
    """train_autoregressive_epoch: one step of the optimizer per batch, with clipped gradients

    One batch, one step of gradient descent: clipped hard, and hardly clipped. Then twenty epochs of Adam.
    """

    def look(model: Thing, source: Draw) -> None:
        start = model.trainable
        for clip in (0.05, 0.4, 50.0):
            batches = sentences.sentences(source, 1)
            model.load(start)
            descent = student.new("torch.optim.SGD", model, lr=0.1)
            sentences.epoch_of_tokens(student, model, descent, batches, 0, clip=clip)
            now = model.trainable
            moved = {name: now[name] - w.astype(np.float64) for name, w in start.items()}
            model.load(start)
            slopes = []
            for reading in sentences.readings(student, model, batches, 0):
                slopes += sentences.by_weights(model, batches, reading.slopes)
                if sentences.is_step(moved, slopes[-1], clip):
                    break
            else:
                sentences.name_the_step(moved, slopes)
        if not source.symmetric:
            sentences.every_batch_is_a_step(student, model, source.child("three"))
        sentences.every_step_starts_anew(student, model, source)

    sentences.over_language_models(student, draw, look)


@needs(test_char_lstm_scores_every_token)
def test_ndfa_is_learnt_in_three_epochs(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """CharLSTM, trained by your loop, learns the automaton's strings with e = 32 and h = 16

    By the loss per token on held-out strings, and by the strings that it writes.
    """

    def once(source: Draw) -> None:
        texts, held_out = strings.ndfa(source, 2000), strings.ndfa(source, 300)
        trained = strings.Trained(student, source, texts, hidden=16, lr=0.02, budget=300)
        loss = trained.loss(held_out)
        written = trained.written(source, ["sa", "su", "sk"] * 30, 1.0)
        valid = float(np.mean([bool(strings.NDFA.fullmatch(text)) for text in written]))
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
