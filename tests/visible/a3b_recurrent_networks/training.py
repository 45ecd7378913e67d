"""Checks of the two training loops and of the accuracy.

A loop is judged with a model of the student's own class, for which it was written, and with one made of
PyTorch's layers where it takes that, too: so neither a slip in a model costs anything here nor does a model
hide what is wrong with the loop. With a learning rate of 0 every batch gives what it gives in any order; with
plain gradient descent one step can be foretold exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import Named, as_numbers, as_parts
from autograder.checks.apart import leave_the_generators_alone
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.learning import cross_entropy
from autograder.checks.weights import randomise, trainable
from autograder.sandbox.wire.errors import StudentFailure

Array = NDArray[Any]
Batches = list[tuple[Array, Array]]
Weights = dict[str, Array]

V, C = 12, 3
EXACT = 2e-4
TRIES = 8  # draws of a model and its batches, one of which tells apart what has to be told apart
MOST_EPOCHS = 10  # until one is seen whose order is another one
ORDER = "What is shuffled before each epoch, so that the model never goes too long without a long sequence?"
CLASSIFIERS = ("MLPClassifier", "RNNClassifier", "LSTMClassifier", "ElmanClassifier")


def over_models(
    draw: Draw, own: Callable[[Draw], Any], stand_in: Callable[[Draw], Any], body: Callable[[Any, Draw], None]
) -> None:
    """`body` with a model of the student's, if one can serve, and with the stand-in, if their loop takes it.

    A loop may read what only models of its own kind have: model.embedding.weight.device.
    """
    model = own(draw.child("own"))
    if model is not None:
        body(model, draw.child("batches of own"))
    try:
        body(stand_in(draw.child("stand-in")), draw.child("batches of the stand-in"))
    except StudentFailure:
        if model is None:
            raise


def _serves(student: Any, model: Any, tokens: Array, columns: int) -> bool:
    """Whether a model scores rows apart, the same in both modes, and all its weights can be moved."""
    shape = (len(tokens), columns) if columns == C else (*tokens.shape, columns)
    found = [
        expect(student.call(model, tokens, **mode), "logits").to_be_shaped(shape)
        for mode in ({}, {"train": True, "seed": 1}, {"train": True, "seed": 2})
    ]
    gradients = student.gradients(model, tokens, pull=np.ones(shape, np.float32)).weights
    return bool(gradients) and (
        np.ptp(found[0], axis=0).max() > 1e-2
        and all(close(other, found[0]).all() for other in found)
        and student.weights(model).plain
        and set(trainable(student, model)) <= {name for name, g in gradients.items() if g is not None}
    )


def _first_that_serves(
    student: Any, draw: Draw, names: Sequence[str], sizes: tuple[int, ...], columns: int
) -> Any:
    """A model with random weights of the first of these classes that is good enough to train; else None.

    Small weights, and so small gradients: whoever clips those of a classifier to a norm of 5 is right, too.
    """
    for name in names:
        for number in range(3):
            source = draw.child(f"{name} {number}")
            tokens = source.tokens([4] * 6, V)
            try:
                model = student.new(name, V, *sizes)
                student.call(model, tokens)
                randomise(student, model, source, 0.3)
                if _serves(student, model, tokens, columns):
                    return model
            except (Mismatch, StudentFailure):
                break  # its own checks say what is wrong with it
    return None


# ---- classifiers


def over_classifiers(student: Any, draw: Draw, body: Callable[[Any, Draw], None]) -> None:
    over_models(
        draw,
        lambda source: _first_that_serves(student, source, CLASSIFIERS, (5, 5, C), C),
        lambda source: bag(student, source),
        body,
    )


def bag(student: Any, draw: Draw, scale: float = 0.3) -> Any:
    """A model from tokens (B, T) to logits (B, C): the sum of one vector per token."""
    model = student.new("torch.nn.EmbeddingBag", V, C, mode="sum")
    student.load(model, {"weight": draw.normal(V, C, scale=scale)})
    return model


def labelled(draw: Draw, sizes: Sequence[int]) -> tuple[Batches, list[int]]:
    """Batches of these sizes, whose rows are sequences in no order, and the label of every sequence."""
    count = sum(sizes)
    order, batches, start = draw.order(count), [], 0
    for number, size in enumerate(sizes):
        tokens = draw.tokens([3 + number] * size, V)
        batches.append((tokens, order[start : start + size]))
        start += size
    return batches, [int(label) for label in np.resize(np.arange(C), count)[draw.order(count)]]


def with_labels(call: Callable[[Any], Any], labels: list[int]) -> Any:
    """The labels come as a list, as the loaders give them; code that wants a tensor gets one."""
    try:
        return call(labels)
    except StudentFailure as failure:
        try:
            return call(np.array(labels))
        except StudentFailure:
            raise failure from None


def epoch(
    student: Any, model: Any, optimizer: Any, batches: Batches, labels: list[int], seed: int = 0
) -> Any:
    """What one epoch of training returns, whatever that is."""

    def call(given: Any) -> Any:
        return student.call("train_classifier_epoch", model, batches, given, optimizer, grad=True, seed=seed)

    return with_labels(call, labels)


def train(
    student: Any, model: Any, optimizer: Any, batches: Batches, labels: list[int], seed: int = 0
) -> float:
    """The loss that one epoch returns."""
    got = epoch(student, model, optimizer, batches, labels, seed)
    if isinstance(got, np.ndarray):
        raise Mismatch(
            "train_classifier_epoch returns a tensor; a plain number was wanted.",
            "Do you need the graph of every past step, and what does loss.item() give?",
        )
    return expect(got, "The loss of an epoch").to_be_number()


def logits_of(student: Any, model: Any, tokens: Array) -> Array:
    clean: Array = expect(student.call(model, tokens), "The logits").to_be_shaped((len(tokens), C))
    return clean


def loss_is_the_mean(student: Any, draw: Draw) -> None:
    over_classifiers(student, draw, lambda model, source: _loss_is_the_mean(student, source, model))


def _loss_is_the_mean(student: Any, draw: Draw, model: Any) -> None:
    """With a learning rate of 0: over sequences, or over batches."""
    batches, labels = labelled(draw, (4, 2, 5, 1))
    each = [
        cross_entropy(logits_of(student, model, tokens).astype(np.float64), np.array(labels)[indices])[0]
        for tokens, indices in batches
    ]
    before = trainable(student, model)
    got = train(student, model, student.new("torch.optim.SGD", model, lr=0.0), batches, labels)
    if _moved(before, Named(trainable(student, model))) > 1e-6:
        raise Mismatch(
            "train_classifier_epoch changes the weights, although the optimizer that is passed has a "
            "learning rate of 0.",
            "Which optimizer takes the steps?",
        )
    expect(got, "The loss of an epoch").to_be_number(
        float(np.concatenate(each).mean()),
        float(np.mean([losses.mean() for losses in each])),
        otherwise="{name} is not the mean cross-entropy of its batches.",
        hint="Does every batch count once, by what do you divide, and does each row meet its own label?",
        tolerance=EXACT,
    )


def _moved(start: Weights, now: Weights) -> float:
    """The largest change of a weight."""
    changes = [np.abs(now[name] - weight).max(initial=0) for name, weight in start.items()]
    return float(max(changes, default=0.0))


def steps_are_the_optimizers(student: Any, draw: Draw) -> None:
    over_classifiers(student, draw, lambda model, source: _steps_are_the_optimizers(student, source, model))


def _steps_are_the_optimizers(student: Any, draw: Draw, model: Any) -> None:
    """Gradient descent over three batches, in one of the six orders; and not always in the same one."""
    start = trainable(student, model)
    orders: set[tuple[int, ...]] = set()
    for number in range(MOST_EPOCHS):
        batches, labels = labelled(draw, (4, 2, 5))
        student.load(model, start)
        epoch(student, model, student.new("torch.optim.SGD", model, lr=0.2), batches, labels, seed=number)
        got = Named(trainable(student, model))
        order = next(
            (
                order
                for scale in ("mean", "sum")
                for order, weights in _descended(student, model, start, batches, labels, scale)
                if _moved(weights, got) < EXACT
            ),
            None,
        )
        if order is None:
            _name_the_slip(_moved(start, got))
        else:
            orders.add(order)
        if len(orders) > 1:
            break
    if len(orders) == 1:
        given = orders == {(0, 1, 2)}
        words = "the order in which they are given" if given else "the same order"
        raise Mismatch(f"The batches are always visited in {words}.", ORDER)
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)
    leave_the_generators_alone(
        student,
        "train_classifier_epoch",
        lambda seed: epoch(student, model, optimizer, batches, labels, seed),
    )


def _descended(
    student: Any, model: Any, start: Weights, batches: Batches, labels: list[int], scale: str
) -> Iterator[tuple[tuple[int, ...], Weights]]:
    """Each order of the batches, and the weights to which a step per batch leads in that order."""
    reached: dict[tuple[int, ...], Weights] = {(): {k: w.astype(np.float64) for k, w in start.items()}}
    for order in itertools.permutations(range(len(batches))):
        for known in range(len(order)):
            so_far = order[: known + 1]
            if so_far not in reached:
                weights = reached[so_far[:-1]]
                slopes = _classified(student, model, weights, batches[so_far[-1]], labels, scale)
                reached[so_far] = {name: w - 0.2 * slopes[name] for name, w in weights.items()}
        yield order, reached[order]


def _classified(
    student: Any, model: Any, weights: Weights, batch: tuple[Array, Array], labels: list[int], scale: str
) -> Weights:
    """The gradient of the mean (or the sum) of the losses of a batch, by the weights, at these weights."""
    tokens, indices = batch
    student.load(model, {name: w.astype(np.float32) for name, w in weights.items()})
    logits = logits_of(student, model, tokens).astype(np.float64)
    _, slopes = cross_entropy(logits, np.array(labels)[indices])
    pull = (slopes / (len(tokens) if scale == "mean" else 1)).astype(np.float32)
    return _filled(student.gradients(model, tokens, pull=pull).weights, weights)


def _filled(found: dict[str, Any], weights: Weights) -> Weights:
    """A gradient for every weight, zeros where none came."""
    slopes = {}
    for name, weight in weights.items():
        mine = found.get(name)
        fits = isinstance(mine, np.ndarray) and mine.shape == weight.shape and mine.dtype.kind == "f"
        slopes[name] = np.nan_to_num(np.float64(mine)) if fits else np.zeros(weight.shape)
    return slopes


def _name_the_slip(moved: float) -> None:
    if moved < 1e-6:
        raise Mismatch(
            "After an epoch the weights are what they were before.",
            "Which call computes the gradients, which one uses them, and where does zero_grad() stand?",
        )
    raise Mismatch(
        "After an epoch the weights are not where one step per batch would have brought them.",
        "How often and in which order do zero_grad, backward and step come, and does each row meet its own "
        "label?",
    )


def accuracy_is_a_fraction(student: Any, draw: Draw) -> None:
    over_classifiers(student, draw, lambda model, source: _accuracy_is_a_fraction(student, source, model))


def _accuracy_is_a_fraction(student: Any, draw: Draw, model: Any) -> None:
    """Seven of twelve right, in batches of different sizes: no mean over batches gives that."""
    batches, best = _without_ties(student, draw, model)
    before = trainable(student, model)
    wrong = np.isin(np.arange(12), np.concatenate([indices for _, indices in batches])[[0, 2, 5, 7, 11]])
    for wanted, share in ((np.where(wrong, (best + 1) % C, best), 7 / 12), (best, 1.0)):
        got = with_labels(
            lambda given: student.call("classifier_accuracy", model, batches, given), wanted.tolist()
        )
        expect(got, "classifier_accuracy").to_be_number(
            share,
            otherwise="{name} is not the fraction of sequences that the model classifies right.",
            hint="What do you count, by what do you divide, and does each row meet its own label?",
            tolerance=1e-5,
        )
    if _moved(before, Named(trainable(student, model))) > 0:
        raise Mismatch(
            "classifier_accuracy changes the weights.", "Is anything to be trained while you count?"
        )


def _without_ties(student: Any, draw: Draw, model: Any) -> tuple[Batches, Array]:
    """Batches, and the class that the model ranks first for each of their sequences, by a clear lead."""
    for number in range(TRIES):
        batches, _ = labelled(draw.child(f"batches {number}"), (5, 1, 4, 2))
        logits = np.zeros((12, C))
        for tokens, indices in batches:
            logits[indices] = logits_of(student, model, tokens)
        ranked = np.sort(logits, axis=1)
        if (ranked[:, -1] - ranked[:, -2]).min() > 1e-3:
            break
    return batches, logits.argmax(1)


def modes_are_switched(student: Any, draw: Draw) -> None:
    """A notice: dropout belongs to training, and these models have none."""
    try:
        _modes_are_switched(student, draw)
    except StudentFailure as failure:
        raise Mismatch(
            "Whether the training mode is switched on and off cannot be told: your functions take no other "
            f"models than your own. {failure.sentence}"
        ) from None


def _modes_are_switched(student: Any, draw: Draw) -> None:
    batches, labels = labelled(draw, (6, 6))
    model = student.new("torch.nn.Sequential", bag(student, draw, 1.0), student.new("torch.nn.Dropout", 0.6))
    found = []
    for seed in range(4):
        student.call(model, batches[0][0], train=True)
        seen = with_labels(
            lambda given, seed=seed: student.call("classifier_accuracy", model, batches, given, seed=seed),
            labels,
        )
        found.append(expect(seen, "classifier_accuracy").to_be_number())
    if max(found) != min(found):
        raise Mismatch(
            "classifier_accuracy measures the model in training mode: with dropout the result would vary.",
            "Which of model.train() and model.eval() belongs where?",
        )
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)
    student.call(model, batches[0][0])
    losses = {train(student, model, optimizer, batches, labels, seed) for seed in range(3)}
    if len(losses) == 1:
        raise Mismatch(
            "train_classifier_epoch trains in evaluation mode: dropout would do nothing.",
            "Which of model.train() and model.eval() belongs where?",
        )


# ---- the autoregressive loop


class Variant(NamedTuple):
    """One accepted reading of loss and gradient. `losses` and `slopes` (by the logits), one per batch."""

    losses: list[float]
    slopes: list[Array]


def over_language_models(student: Any, draw: Draw, body: Callable[[Any, Draw], None]) -> None:
    over_models(
        draw,
        lambda source: _first_that_serves(student, source, ("CharLSTM",), (4, 5), V),
        lambda source: next_token_model(student, source),
        body,
    )


def next_token_model(student: Any, draw: Draw, scale: float = 0.6) -> Any:
    """A model from tokens (B, T) to logits (B, T, V), of three tensors of weights."""
    parts = student.new("torch.nn.Embedding", V, 4), student.new("torch.nn.Linear", 4, V)
    model = student.new("torch.nn.Sequential", *parts)
    student.load(
        model, {name: draw.normal(*w.shape, scale=scale) for name, w in trainable(student, model).items()}
    )
    return model


def sentences(draw: Draw, count: int, pad: int = 0) -> Batches:
    """Batches of three rows between a start and an end, all of different widths, two rows of each padded."""
    batches = []
    for number in range(count):
        width = 4 + number
        tokens = draw.tokens([width, width - 1, width - 2], V, pad=pad)
        batches.append((tokens, np.arange(3 * number, 3 * number + 3)))
    return batches


def epoch_of_tokens(
    student: Any, model: Any, optimizer: Any, batches: Batches, pad: int, seed: int = 0, **clip: float
) -> Any:
    """What one epoch of training returns, whatever that is."""
    return student.call(
        "train_autoregressive_epoch", model, batches, optimizer, pad, grad=True, seed=seed, **clip
    )


def run_epoch(
    student: Any, model: Any, optimizer: Any, batches: Batches, pad: int, seed: int = 0, **clip: float
) -> tuple[list[float], list[float]]:
    """(losses, gradient norms), one of each per batch."""
    got = epoch_of_tokens(student, model, optimizer, batches, pad, seed, **clip)
    losses, norms = as_parts(got, "train_autoregressive_epoch's (losses, gradient_norms)", 2)
    appended = "Is every batch visited, and where do you append to the list?"
    graph = "Do you need the graph of every past step, and what does loss.item() give?"
    if isinstance(losses, (list, tuple)) and any(isinstance(loss, np.ndarray) for loss in losses):
        raise Mismatch("The losses are tensors; plain numbers were wanted.", graph)
    return (
        as_numbers(losses, "The list of losses", length=len(batches), hint=appended),
        as_numbers(norms, "The list of gradient norms", length=len(batches), hint=appended),
    )


def losses_alone(got: object, count: int) -> list[float]:
    """The losses of an epoch, also where the norms beside them are wrong or missing."""
    hint = "Is every batch visited, and where do you append to the list?"
    pair = isinstance(got, (list, tuple)) and len(got) == 2 and isinstance(got[0], (list, tuple, np.ndarray))
    return as_numbers(got[0] if pair else got, "The list of losses", length=count, hint=hint)  # type: ignore[index]


def variants(student: Any, model: Any, batches: Batches, pad: int) -> Iterator[Variant]:
    """What the loss of each batch may be, and its gradient by the logits.

    By the readings of the handout first, then by the student's own token_loss and shift_targets, since what
    is wrong with these costs its own checks.
    """
    logits = [
        expect(student.call(model, tokens), "The logits").to_be_shaped((*tokens.shape, V))
        for tokens, _ in batches
    ]
    yield from readings(logits, batches, pad)
    yield from _with_the_students_own(student, logits, batches, pad)


def readings(logits: list[Array], batches: Batches, pad: int) -> list[Variant]:
    """Padding left out or counted; scored up to the last column or up to the one before; divided before
    backward or only for the record.
    """
    kinds: list[Variant] = []
    for keep in ("real", "all", "all but the last"):
        losses, slopes, sums = [], [], []
        for scores, (tokens, _) in zip(logits, batches, strict=True):
            targets = np.hstack([tokens[:, 1:], np.full_like(tokens[:, :1], pad)])
            counted = targets != pad if keep == "real" else np.ones(targets.shape, bool)
            if keep == "all but the last":
                counted[:, -1] = False
            each, slope = cross_entropy(scores.astype(np.float64), targets)
            number = counted.sum()
            losses.append(float((each * counted).sum() / number))
            slopes.append(slope * counted[..., None] / number)
            sums.append(slope * counted[..., None])
        kinds += [Variant(losses, slopes), Variant(losses, sums)]
    return kinds


def _with_the_students_own(
    student: Any, logits: list[Array], batches: Batches, pad: int
) -> Iterator[Variant]:
    """The student's token_loss of the student's shift_targets, and of right targets; none where none runs."""
    for shift in (True, False):
        losses, slopes = [], []
        try:
            for scores, (tokens, _) in zip(logits, batches, strict=True):
                targets = np.hstack([tokens[:, 1:], np.full_like(tokens[:, :1], pad)])
                if shift:
                    targets = student.call("shift_targets", tokens, pad)
                losses.append(
                    expect(student.call("token_loss", scores, targets, pad), "token_loss").to_be_number()
                )
                pull = student.gradients("token_loss", scores, targets, pad, pull=np.ones((), np.float32))
                given = pull.inputs[0] if pull.inputs else None
                slopes.append(expect(given, "The gradient").to_be_shaped(scores.shape))
        except (Mismatch, StudentFailure):
            continue  # what is wrong there costs its own checks
        yield Variant(losses, slopes)


def _weight_slopes(student: Any, model: Any, batches: Batches, slopes: list[Array]) -> list[Weights]:
    weights = trainable(student, model)
    return [
        _filled(student.gradients(model, tokens, pull=slope.astype(np.float32)).weights, weights)
        for (tokens, _), slope in zip(batches, slopes, strict=True)
    ]


def _norm(slopes: Weights) -> float:
    return float(np.sqrt(sum((g**2).sum() for g in slopes.values())))


def _same(got: Sequence[float], want: Sequence[float], tolerance: float = EXACT) -> bool:
    return len(got) == len(want) and bool(np.allclose(got, want, rtol=tolerance, atol=tolerance))


def losses_and_norms(student: Any, draw: Draw) -> None:
    """With padding of two ids."""
    for pad in (0, 7):
        over_language_models(
            student,
            draw.child(f"pad {pad}"),
            lambda model, source, pad=pad: _losses_and_norms(student, source, model, pad),
        )


def _losses_and_norms(student: Any, draw: Draw, model: Any, pad: int) -> None:
    """With a learning rate of 0: the loss per token and the norm of each batch, in the order of the visit."""
    batches = _with_losses_apart(student, draw, model, pad)
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)
    losses, norms = run_epoch(student, model, optimizer, batches, pad, clip=0.05)
    right = None
    for variant in variants(student, model, batches, pad):
        if not _same(sorted(losses), sorted(variant.losses)):
            continue
        right = right or variant
        want = [_norm(g) for g in _weight_slopes(student, model, batches, variant.slopes)]
        order = np.argsort(variant.losses)
        if _same([norms[i] for i in np.argsort(losses)], [want[i] for i in order], 1e-3):
            return
    if right is None:
        raise Mismatch(
            "With a learning rate of 0, the losses are not the cross-entropy per token of each batch.",
            "Is each target the next token, does the optimizer that is passed step, and which list comes "
            "first?",
        )
    if max(norms) <= 0.05 * 1.01:
        raise Mismatch(
            "The gradient norms are those after clipping, or there is no gradient when they are measured.",
            "What does clip_grad_norm_ return, and after which call is there a gradient?",
        )
    raise Mismatch(
        "The gradient norms are not those of all gradients of one batch together.",
        "How do the lengths of several vectors combine, and what was in .grad before backward()?",
    )


def _with_losses_apart(student: Any, draw: Draw, model: Any, pad: int) -> Batches:
    """Seven batches by whose losses their order can be told, however padding is counted."""
    for number in range(TRIES):
        batches = sentences(draw.child(f"batches {number}"), 7, pad)
        logits = [
            expect(student.call(model, tokens), "The logits").to_be_shaped((*tokens.shape, V))
            for tokens, _ in batches
        ]
        found = [reading.losses for reading in readings(logits, batches, pad)]
        if all(np.diff(np.sort(losses)).min() > 4 * EXACT for losses in found):
            break
    return batches


def batches_are_shuffled(student: Any, draw: Draw) -> None:
    over_language_models(student, draw, lambda model, source: _are_shuffled(student, source, model))


def _are_shuffled(student: Any, draw: Draw, model: Any) -> None:
    """Losses come in the order of the visit; seven batches in one order three times is no chance."""
    batches = _with_losses_apart(student, draw, model, 0)
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)

    def visit(some: Batches, seed: int) -> list[float]:
        return losses_alone(epoch_of_tokens(student, model, optimizer, some, 0, seed), len(some))

    runs = [visit(batches, seed) for seed in range(3)]
    alone = [visit([batch], 0)[0] for batch in batches]
    for visited in runs:
        if not _same(sorted(visited), sorted(alone)):
            raise Mismatch(
                "With a learning rate of 0 a batch has another loss in an epoch than alone.",
                "Is every batch visited once, and what is carried from one to the next?",
            )
    if all(_same(visited, alone) for visited in runs):
        raise Mismatch("The losses always come in the order in which the batches are given.", ORDER)
    if all(_same(visited, runs[0]) for visited in runs):
        raise Mismatch("The losses come in the same order in every epoch.", ORDER)
    leave_the_generators_alone(student, "train_autoregressive_epoch", lambda seed: visit(batches, seed))


def step_is_clipped(student: Any, draw: Draw) -> None:
    over_language_models(student, draw, lambda model, source: _step_is_clipped(student, source, model))


def _step_is_clipped(student: Any, draw: Draw, model: Any, pad: int = 0) -> None:
    """One batch, one step of gradient descent: clipped hard, and hardly clipped."""
    start = trainable(student, model)
    for clip in (0.05, 0.4, 50.0):
        batches = sentences(draw, 1, pad)
        student.load(model, start)
        descent = student.new("torch.optim.SGD", model, lr=0.1)
        epoch_of_tokens(student, model, descent, batches, pad, clip=clip)
        now = Named(trainable(student, model))
        moved = {name: now[name] - w.astype(np.float64) for name, w in start.items()}
        student.load(model, start)
        slopes = []
        for variant in variants(student, model, batches, pad):
            slopes.append(_weight_slopes(student, model, batches, variant.slopes)[0])
            if _is_step(moved, slopes[-1], clip):
                break
        else:
            _name_the_step(moved, slopes, clip)
    _every_step_starts_anew(student, draw, model)


def _is_step(moved: Weights, slope: Weights, clip: float) -> bool:
    """Clipped by the norm of all gradients, or number by number."""
    share = min(1.0, clip / (_norm(slope) + 1e-6))
    by_norm = {name: -0.1 * share * g for name, g in slope.items()}
    by_value = {name: -0.1 * np.clip(g, -clip, clip) for name, g in slope.items()}
    return any(
        all(np.abs(moved[name] - step[name]).max() < 2e-5 for name in moved) for step in (by_norm, by_value)
    )


def _name_the_step(moved: Weights, slopes: list[Weights], clip: float) -> None:
    if all(np.abs(m).max() < 1e-7 for m in moved.values()):
        raise Mismatch(
            "After an epoch the weights are what they were before.",
            "Which call computes the gradients, which one uses them, and where does zero_grad() stand?",
        )
    if any(_is_step(moved, slope, np.inf) for slope in slopes):
        raise Mismatch(
            "When the optimizer steps, the gradients are not clipped to a norm of `clip`.",
            "Which call uses the gradients, are there any when you clip, and to which norm?",
        )
    raise Mismatch(
        "After one batch the weights are not where a step with clipped gradients brings them.",
        "Which loss do you call backward on, what is done to its gradients, and how often does which "
        "optimizer step?",
    )


def _every_step_starts_anew(student: Any, draw: Draw, model: Any) -> None:
    """Twenty epochs of Adam on three batches: the loss falls when each step is its own batch's.

    The grader measures it, by all readings of a loss per token; one of them is what is trained on.
    """
    batches = sentences(draw, 3)
    adam = student.new("torch.optim.Adam", model, lr=0.05)

    def measured() -> list[float]:
        return [float(np.mean(each.losses)) for each in variants(student, model, batches, 0)]

    first = measured()
    for seed in range(20):
        epoch_of_tokens(student, model, adam, batches, 0, seed)
    if not any(last < 0.8 * loss for last, loss in zip(measured(), first, strict=False)):
        raise Mismatch(
            "The loss per token hardly falls in twenty epochs on nine sentences.",
            "Does every batch go through zero_grad, backward, clipping and step, and does the loss count "
            "every token?",
        )
