"""Checks of the two training loops and of the accuracy, on models made of PyTorch's own layers.

So no mistake in a student's model costs anything here. With a learning rate of 0 every batch gives what it
gives in any order; with plain gradient descent one step can be foretold exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, describe, expect
from autograder.judge.learning import cross_entropy
from autograder.judge.weights import trainable

Array = NDArray[Any]
Batches = list[tuple[Array, Array]]
Weights = dict[str, Array]

V, C = 12, 3
EXACT = 2e-4
ORDER = "What is shuffled before each epoch, so that the model never goes too long without a long sequence?"


def is_the_students(error: Exception) -> bool:
    return isinstance(error, Mismatch) or hasattr(error, "sentence")


# ---- classifiers


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
    except Exception as error:
        if not is_the_students(error):
            raise
        try:
            return call(np.array(labels))
        except Exception as second:
            if not is_the_students(second):
                raise
            raise error from None


def train(
    student: Any, model: Any, optimizer: Any, batches: Batches, labels: list[int], seed: int = 0
) -> float:
    """The loss that one epoch returns."""

    def call(given: Any) -> Any:
        return student.call("train_classifier_epoch", model, batches, given, optimizer, grad=True, seed=seed)

    got = with_labels(call, labels)
    if isinstance(got, np.ndarray):
        raise Mismatch(
            "train_classifier_epoch returns a tensor; a plain number was wanted.",
            "Do you need the graph of every past step, and what does loss.item() give?",
        )
    return expect(got, "The loss of an epoch").to_be_number()


def loss_is_the_mean(student: Any, draw: Draw) -> None:
    """With a learning rate of 0: over sequences, or over batches."""
    batches, labels = labelled(draw, (4, 2, 5, 1))
    model = bag(student, draw)
    before = trainable(student, model)
    got = train(student, model, student.new("torch.optim.SGD", model, lr=0.0), batches, labels)
    each = [_classified(before["weight"], batch, labels)[0] for batch in batches]
    over_rows = float(np.concatenate(each).mean())
    over_batches = float(np.mean([losses.mean() for losses in each]))
    if not np.allclose(trainable(student, model)["weight"], before["weight"], atol=1e-6):
        raise Mismatch(
            "train_classifier_epoch changes the weights, although the optimizer that is passed has a "
            "learning rate of 0.",
            "Which optimizer takes the steps?",
        )
    expect(got, "The loss of an epoch").to_be_number(
        over_rows,
        over_batches,
        otherwise="{name} is not the mean cross-entropy of its batches.",
        hint="Does every batch count once, by what do you divide, and does each row meet its own label?",
        tolerance=EXACT,
    )


def _classified(table: Array, batch: tuple[Array, Array], labels: list[int]) -> tuple[Array, Array]:
    """Loss of each row, and the gradient of their mean by the table of a bag."""
    tokens, indices = batch
    losses, slopes = cross_entropy(table[tokens].sum(1).astype(np.float64), np.array(labels)[indices])
    gradient = np.zeros(table.shape)
    for row, ids in enumerate(tokens):
        np.add.at(gradient, ids, slopes[row] / len(tokens))
    return losses, gradient


def steps_are_the_optimizers(student: Any, draw: Draw) -> None:
    """Gradient descent over three batches, in one of the six orders; and not always in the given one."""
    orders = set()
    for number in range(10):
        batches, labels = labelled(draw, (4, 2, 5))
        model = bag(student, draw)
        start = trainable(student, model)["weight"].astype(np.float64)
        train(student, model, student.new("torch.optim.SGD", model, lr=0.2), batches, labels, seed=number)
        got = trainable(student, model)["weight"]
        fits = [
            order
            for order in itertools.permutations(range(3))
            for scale in ("mean", "sum")
            if np.abs(got - _descended(start, [batches[i] for i in order], labels, scale)).max() < EXACT
        ]
        if not fits:
            _name_the_slip(got, start)
        orders.update(fits[:1])
    if orders == {(0, 1, 2)}:
        raise Mismatch("The batches are always visited in the order in which they are given.", ORDER)


def _descended(start: Array, batches: Batches, labels: list[int], scale: str) -> Array:
    table = start.copy()
    for batch in batches:
        _, gradient = _classified(table, batch, labels)
        table -= 0.2 * gradient * (len(batch[0]) if scale == "sum" else 1)
    return table


def _name_the_slip(got: Array, start: Array) -> None:
    if np.abs(got - start).max() < 1e-6:
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
    """Seven of twelve right, in batches of different sizes: no mean over batches gives that."""
    batches, _ = labelled(draw, (5, 1, 4, 2))
    model = bag(student, draw, scale=1.0)
    table = trainable(student, model)["weight"]
    best = np.zeros(12, np.int64)
    for tokens, indices in batches:
        best[indices] = table[tokens].sum(1).argmax(1)
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
    after = trainable(student, model)["weight"]
    if not np.array_equal(after, table):
        raise Mismatch(
            "classifier_accuracy changes the weights.", "Is anything to be trained while you count?"
        )


def modes_are_switched(student: Any, draw: Draw) -> None:
    """A notice: dropout belongs to training, and these models have none."""
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


def run_epoch(
    student: Any, model: Any, optimizer: Any, batches: Batches, pad: int, seed: int = 0, **clip: float
) -> tuple[list[float], list[float]]:
    """(losses, gradient norms), one of each per batch."""
    got = student.call(
        "train_autoregressive_epoch", model, batches, optimizer, pad, grad=True, seed=seed, **clip
    )
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Mismatch(
            f"train_autoregressive_epoch was to return (losses, gradient_norms); got {describe(got)}."
        )
    found = []
    for values, name in zip(got, ("loss", "gradient norm"), strict=True):
        if isinstance(values, np.ndarray) and values.ndim == 1:
            values = list(values)
        if not isinstance(values, (list, tuple)) or len(values) != len(batches):
            raise Mismatch(
                f"One {name} for each of {len(batches)} batches was wanted; got {describe(values)}.",
                "Is every batch visited, and where do you append to the list?",
            )
        if name == "loss" and any(isinstance(value, np.ndarray) for value in values):
            raise Mismatch(
                "The losses are tensors; plain numbers were wanted.",
                "Do you need the graph of every past step, and what does loss.item() give?",
            )
        found.append([expect(value, f"The {name} of a batch").to_be_number() for value in values])
    return found[0], found[1]


def variants(student: Any, model: Any, batches: Batches, pad: int) -> Iterator[Variant]:
    """What the loss of each batch may be, and its gradient by the logits.

    Padding left out or counted; scored up to the last column or up to the one before; divided before
    backward or only for the record; and the student's own token_loss and shift_targets, since what is wrong
    with these costs its own checks.
    """
    kinds: list[tuple[list[float], list[Array]]] = []
    logits = [
        expect(student.call(model, tokens), "The logits").to_be_shaped((*tokens.shape, V))
        for tokens, _ in batches
    ]
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
        kinds += [(losses, slopes), (losses, sums)]
    own = _with_the_students_own(student, logits, batches, pad)
    for losses, slopes in [*kinds, *own]:
        yield Variant(losses, slopes)


def _with_the_students_own(
    student: Any, logits: list[Array], batches: Batches, pad: int
) -> list[tuple[list[float], list[Array]]]:
    """The student's token_loss of the student's shift_targets, and of right targets; [] where none runs."""
    found = []
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
                slopes.append(expect(pull.inputs[0], "The gradient").to_be_shaped(scores.shape))
        except Exception as error:
            if not is_the_students(error):
                raise
            continue
        found.append((losses, slopes))
    return found


def _weight_slopes(student: Any, model: Any, batches: Batches, slopes: list[Array]) -> list[Weights]:
    return [
        {
            name: np.zeros(1) if g is None else np.asarray(g, np.float64)
            for name, g in student.gradients(model, tokens, pull=slope.astype(np.float32)).weights.items()
        }
        for (tokens, _), slope in zip(batches, slopes, strict=True)
    ]


def _norm(slopes: Weights) -> float:
    return float(np.sqrt(sum((g**2).sum() for g in slopes.values())))


def _same(got: Sequence[float], want: Sequence[float], tolerance: float = EXACT) -> bool:
    return len(got) == len(want) and bool(np.allclose(got, want, rtol=tolerance, atol=tolerance))


def losses_and_norms(student: Any, draw: Draw, pad: int = 0) -> None:
    """With a learning rate of 0: the loss per token and the norm of each batch, in the order of the visit."""
    batches = sentences(draw, 7, pad)
    model = next_token_model(student, draw)
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)
    losses, norms = run_epoch(student, model, optimizer, batches, pad, clip=0.05)
    right = wrong = None
    for variant in variants(student, model, batches, pad):
        if not _same(sorted(losses), sorted(variant.losses)):
            continue
        right = right or variant
        want = [_norm(g) for g in _weight_slopes(student, model, batches, variant.slopes)]
        order = np.argsort(variant.losses)
        if _same([norms[i] for i in np.argsort(losses)], [want[i] for i in order], 1e-3):
            return
        wrong = want if wrong is None else wrong
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


def batches_are_shuffled(student: Any, draw: Draw) -> None:
    """Losses come in the order of the visit; seven batches in their given order twice is no chance."""
    batches = sentences(draw, 7)
    model = next_token_model(student, draw)
    optimizer = student.new("torch.optim.SGD", model, lr=0.0)
    runs = [run_epoch(student, model, optimizer, batches, 0, seed=seed)[0] for seed in range(3)]
    alone = [run_epoch(student, model, optimizer, [batch], 0)[0][0] for batch in batches]
    for visited in runs:
        if not _same(sorted(visited), sorted(alone)):
            raise Mismatch(
                "With a learning rate of 0 a batch has another loss in an epoch than alone.",
                "Is every batch visited once, and what is carried from one to the next?",
            )
    if all(_same(visited, alone) for visited in runs):
        raise Mismatch("The losses always come in the order in which the batches are given.", ORDER)


def step_is_clipped(student: Any, draw: Draw, pad: int = 0) -> None:
    """One batch, one step of gradient descent: clipped hard, and hardly clipped."""
    for clip in (0.05, 0.4, 50.0):
        batches = sentences(draw, 1, pad)
        model = next_token_model(student, draw)
        start = {name: w.astype(np.float64) for name, w in trainable(student, model).items()}
        slopes = [
            _weight_slopes(student, model, batches, variant.slopes)[0]
            for variant in variants(student, model, batches, pad)
        ]
        run_epoch(student, model, student.new("torch.optim.SGD", model, lr=0.1), batches, pad, clip=clip)
        moved = {name: w - start[name] for name, w in trainable(student, model).items()}
        if not any(_is_step(moved, slope, clip) for slope in slopes):
            _name_the_step(moved, slopes, clip)


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


def every_step_starts_anew(student: Any, draw: Draw) -> None:
    """Twenty epochs of Adam on three batches: the loss falls when each step is its own batch's."""
    batches = sentences(draw, 3)
    model = next_token_model(student, draw)
    adam = student.new("torch.optim.Adam", model, lr=0.05)
    first, _ = run_epoch(student, model, adam, batches, 0)
    for seed in range(1, 20):
        last, _ = run_epoch(student, model, adam, batches, 0, seed=seed)
    if not np.mean(last) < 0.8 * np.mean(first):
        raise Mismatch(
            "The first of the two lists, the losses, hardly falls in twenty epochs on nine sentences.",
            "Does every batch go through zero_grad, backward, clipping and step, and does the loss count "
            "every token?",
        )
