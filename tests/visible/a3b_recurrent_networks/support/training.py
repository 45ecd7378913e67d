"""What the training loops are judged with: models, batches with labels, one epoch.

A loop is judged with a model of the student's own class, for which it was written, and with one made of
PyTorch's layers where it takes that, too: so neither a slip in a model costs anything here nor does a model
hide what is wrong with the loop. With a learning rate of 0 every batch gives what it gives in any order; with
plain gradient descent one step can be foretold exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    Value,
    close,
    cross_entropy,
    expect,
    listing,
)
from tests.visible.a3b_recurrent_networks.support.pooled import ELMAN, LSTM, MLP, RNN

Batches = list[tuple[Array, Array]]
ByName = Mapping[str, Array]
Order = tuple[int, ...]

V, C = 12, 3
EXACT = 2e-4
TRIES = 8  # draws of a model and its batches, one of which tells apart what has to be told apart
ORDER = "What is shuffled before each epoch, so that the model never goes too long without a long sequence?"
NOTHING_MOVED = (
    "After an epoch the weights are what they were before.",
    "Which call computes the gradients, which one uses them, and where does zero_grad() stand?",
)


def over_models(
    student: Student,
    draw: Draw,
    own: Callable[[Student, Draw], Thing | None],
    stand_in: Callable[[Student, Draw], Thing],
    body: Callable[[Thing, Draw], None],
) -> None:
    """`body` with a model of the student's, if one can serve, and with the stand-in, if their loop takes it.

    A loop may read what only models of its own kind have: model.embedding.weight.device.
    """
    model = own(student, draw.child("own"))
    if model is not None:
        body(model, draw.child("batches of own"))
    try:
        body(stand_in(student, draw.child("stand-in")), draw.child("batches of the stand-in"))
    except StudentFailure:
        if model is None:
            raise


def first_that_serves(
    student: Student, draw: Draw, names: Sequence[str], sizes: tuple[int, ...], columns: int
) -> Thing | None:
    """A model with random weights of the first of these classes that is good enough to train; else None.

    Small weights, and so small gradients: whoever clips those of a classifier to a norm of 5 is right, too.
    """
    for name in names:
        for number in range(3):
            source = draw.child(f"{name} {number}")
            tokens = source.tokens([4] * 6, V)
            try:
                model = student.new(name, V, *sizes)
                model(tokens)
                if _serves(model.randomised(source, 0.3), tokens, columns):
                    return model
            except (Mismatch, StudentFailure):
                break  # its own checks say what is wrong with it
    return None


def _serves(model: Thing, tokens: Array, columns: int) -> bool:
    """Whether a model scores rows apart, the same in both modes, and all its weights can be moved."""
    shape = (len(tokens), columns) if columns == C else (*tokens.shape, columns)
    found = [
        expect(model(tokens, train=train, seed=seed), "logits").to_be_shaped(shape)
        for train, seed in ((False, 0), (True, 1), (True, 2))
    ]
    gradients = model.gradients(tokens, pull=np.ones(shape, np.float32)).weights
    return bool(gradients) and (
        np.ptp(found[0], axis=0).max() > 1e-2
        and all(close(other, found[0]).all() for other in found)
        and model.weights.plain
        and set(model.trainable) <= {name for name, g in gradients.items() if g is not None}
    )


def filled(found: Mapping[str, Array | None], weights: ByName) -> dict[str, Array]:
    """A gradient for every weight, zeros where none came."""
    slopes = {}
    for name, weight in weights.items():
        mine = found.get(name)
        if not isinstance(mine, np.ndarray) or mine.shape != weight.shape or mine.dtype.kind != "f":
            mine = np.zeros(weight.shape)
        slopes[name] = np.nan_to_num(mine.astype(np.float64))
    return slopes


def moved(start: ByName, now: ByName) -> float:
    """The largest change of a weight. Raises Mismatch for weights that training may not change any more."""
    if frozen := sorted(set(start) - set(now)):
        raise Mismatch(
            f"After an epoch, {listing(frozen[:3])} cannot be trained any more.",
            "Which line turns requires_grad off, or puts something else in the place of a weight?",
        )
    return float(max((np.abs(now[name] - w).max(initial=0) for name, w in start.items()), default=0.0))


# ---- classifiers


def over_classifiers(student: Student, draw: Draw, body: Callable[[Thing, Draw], None]) -> None:
    """`over_models` that classify."""
    own = partial(first_that_serves, names=(MLP, RNN, LSTM, ELMAN), sizes=(5, 5, C), columns=C)
    over_models(student, draw, own, bag, body)


def bag(student: Student, draw: Draw, scale: float = 0.3) -> Thing:
    """A model from tokens (B, T) to logits (B, C): the sum of one vector per token."""
    model = student.new("torch.nn.EmbeddingBag", V, C, mode="sum")
    model.load({"weight": draw.normal(V, C, scale=scale)})
    return model


def logits_of(model: Thing, tokens: Array) -> Array:
    """The scores (B, C) of tokens (B, T)."""
    clean: Array = expect(model(tokens), "The logits").to_be_shaped((len(tokens), C))
    return clean


def labelled(draw: Draw, sizes: Sequence[int]) -> tuple[Batches, list[int]]:
    """Batches of these sizes, whose rows are sequences in no order, and the label of every sequence."""
    count = sum(sizes)
    order, batches, start = draw.order(count), [], 0
    for number, size in enumerate(sizes):
        tokens = draw.tokens([3 + number] * size, V)
        batches.append((tokens, order[start : start + size]))
        start += size
    return batches, [int(label) for label in np.resize(np.arange(C), count)[draw.order(count)]]


def one_by_one(batches: Batches, labels: list[int], times: int) -> tuple[Batches, list[int]]:
    """Every row as a batch of its own, so many times, each time as another sequence; and their labels."""
    rows = [
        (tokens[i : i + 1], indices[i : i + 1]) for tokens, indices in batches for i in range(len(tokens))
    ]
    return [(t, k + len(labels) * number) for number in range(times) for t, k in rows], labels * times


def with_labels(call: Callable[[Value], Value], labels: list[int]) -> Value:
    """The labels come as a list, as the loaders give them; code that wants a tensor gets one."""
    try:
        return call(labels)
    except StudentFailure as failure:
        try:
            return call(np.array(labels))
        except StudentFailure:
            raise failure from None


def epoch(
    student: Student, model: Thing, optimizer: Thing, batches: Batches, labels: list[int], seed: int = 0
) -> Value:
    """What one epoch of training returns, whatever that is."""

    def call(given: Value) -> Value:
        return student.call("train_classifier_epoch", model, batches, given, optimizer, grad=True, seed=seed)

    return with_labels(call, labels)


def loss_of_epoch(
    student: Student, model: Thing, optimizer: Thing, batches: Batches, labels: list[int], seed: int = 0
) -> float:
    """The loss that one epoch returns."""
    got = epoch(student, model, optimizer, batches, labels, seed)
    if isinstance(got, np.ndarray):
        raise Mismatch(
            "train_classifier_epoch returns a tensor; a plain number was wanted.",
            "Do you need the graph of every past step, and what does loss.item() give?",
        )
    return expect(got, "The loss of an epoch").to_be_number()


def accuracy(student: Student, model: Thing, batches: Batches, labels: list[int], seed: int = 0) -> Value:
    """What classifier_accuracy returns."""
    return with_labels(
        lambda given: student.call("classifier_accuracy", model, batches, given, seed=seed), labels
    )


def order_of_steps(model: Thing, start: ByName, batches: Batches, labels: list[int]) -> Order:
    """The order in which a step per batch, by the mean or the sum of its losses, leads where the model is."""
    got, exact = model.trainable, {name: w.astype(np.float64) for name, w in start.items()}
    for scale in ("mean", "sum"):
        for order, weights in _descended(model, exact, batches, labels, scale):
            if moved(weights, got) < EXACT:
                return order
    if moved(start, got) < 1e-6:
        raise Mismatch(*NOTHING_MOVED)
    raise Mismatch(
        "After an epoch the weights are not where one step per batch would have brought them.",
        "How often and in which order do zero_grad, backward and step come, and does each row meet its own "
        "label?",
    )


def _descended(
    model: Thing, weights: ByName, batches: Batches, labels: list[int], scale: str, order: Order = ()
) -> Iterator[tuple[Order, ByName]]:
    """Each order of the batches that begins with `order`, which led to these weights; and where it leads."""
    if len(order) == len(batches):
        yield order, weights
    for number in range(len(batches)):
        if number not in order:
            slopes = _slopes(model, weights, batches[number], labels, scale)
            stepped = {name: w - 0.2 * slopes[name] for name, w in weights.items()}
            yield from _descended(model, stepped, batches, labels, scale, (*order, number))


def _slopes(
    model: Thing, weights: ByName, batch: tuple[Array, Array], labels: list[int], scale: str
) -> ByName:
    """The gradient of the mean (or the sum) of the losses of a batch, by the weights, at these weights."""
    tokens, indices = batch
    model.load({name: w.astype(np.float32) for name, w in weights.items()})
    logits = logits_of(model, tokens).astype(np.float64)
    _, slopes = cross_entropy(logits, np.array(labels)[indices])
    pull = (slopes / (len(tokens) if scale == "mean" else 1)).astype(np.float32)
    return filled(model.gradients(tokens, pull=pull).weights, weights)


def without_ties(draw: Draw, model: Thing) -> tuple[Batches, Array]:
    """Batches, and the class that the model ranks first for each of their sequences, by a clear lead."""
    for number in range(TRIES):
        batches, _ = labelled(draw.child(f"batches {number}"), (5, 1, 4, 2))
        logits = np.zeros((12, C))
        for tokens, indices in batches:
            logits[indices] = logits_of(model, tokens)
        ranked = np.sort(logits, axis=1)
        if (ranked[:, -1] - ranked[:, -2]).min() > 1e-3:
            break
    return batches, logits.argmax(1)
