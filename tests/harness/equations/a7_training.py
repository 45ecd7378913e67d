"""train_classifier of assignment 7, with a model of the grader's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {
    "loop::training_*": ["train_classifier"],
    "loop::classifier_learns": ["train_classifier"],
}

# A model that scores a sentence by its last character, otherwise in training mode than in evaluation mode.
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Reader(nn.Module):
    def __init__(self, table, gain, bias, shift):
        super().__init__()
        self.table, self.gain, self.bias = map(nn.Parameter, map(torch.as_tensor, (table, gain, bias)))
        self.shift = torch.as_tensor(shift)

    def forward(self, tokens, lengths):
        last = tokens[torch.arange(len(tokens)), lengths - 1]
        return self.table[last] * self.gain + self.bias + (self.shift if self.training else 0)


class Parts(nn.Module):
    def __init__(self, learns, frozen, buffers):
        super().__init__()
        for number, shape in enumerate(learns):
            self.register_parameter(f"p{number}", nn.Parameter(torch.zeros(shape)))
        for number, shape in enumerate(frozen):
            self.register_parameter(f"f{number}", nn.Parameter(torch.zeros(shape), requires_grad=False))
        for number, shape in enumerate(buffers):
            self.register_buffer(f"b{number}", torch.zeros(shape))
"""
PROVIDED = ["models_of_equations", SOURCE, ["Reader", "Parts"]]
Choices = dict[str, dict[Any, Clause]]
Batch = tuple[list[list[int]], list[int], list[int]]  # tokens, lengths, authors


class Course(NamedTuple):
    """Batches, and what else a function is given."""

    batches: Sequence[Batch]
    table: Array  # (V, C)
    gain: Array  # (C,), as the others
    bias: Array
    shift: Array
    epochs: int = 0
    lr: float = 0.0


def scores(weights: dict[str, Array], batch: Batch, shift: Array | float) -> tuple[Array, Array]:
    """The logits (B, C), and the last character of each row."""
    tokens, lengths, _ = batch
    last = np.array([row[length - 1] for row, length in zip(tokens, lengths, strict=True)])
    return weights["table"][last] * weights["gain"] + weights["bias"] + shift, last


# ---- train_classifier


class Optimiser:
    """PyTorch's optimisers with their defaults."""

    def __init__(self, kind: str, names: Sequence[str], lr: float) -> None:
        self.kind, self.names, self.lr, self.count = kind, names, lr, 0
        self.mean: dict[str, Array] = {}
        self.square: dict[str, Array] = {}

    def step(self, weights: dict[str, Array], gradients: dict[str, Array]) -> None:
        self.count += 1
        for name in self.names:
            weights[name] = weights[name] - self.lr * self._way(name, gradients[name], weights[name])

    def _way(self, name: str, slope: Array, weight: Array) -> Array:
        old = self.square.get(name, 0 * slope)
        if self.kind == "SGD":
            return slope
        if self.kind == "Adagrad":
            self.square[name] = old + slope**2
            return np.asarray(slope / (np.sqrt(self.square[name]) + 1e-10))
        if self.kind == "RMSprop":
            self.square[name] = 0.99 * old + 0.01 * slope**2
            return np.asarray(slope / (np.sqrt(self.square[name]) + 1e-8))
        mean = self.mean[name] = 0.9 * self.mean.get(name, 0 * slope) + 0.1 * slope
        square = self.square[name] = 0.999 * old + 0.001 * slope**2
        way = mean / (1 - 0.9**self.count) / (np.sqrt(square / (1 - 0.999**self.count)) + 1e-8)
        return np.asarray(way + (0.01 * weight if self.kind == "AdamW" else 0))


def loss_and_slope(measure: str, logits: Array, authors: Array) -> tuple[float, Array]:
    """The loss of one batch, and its gradient by the logits."""
    count, classes = logits.shape
    hot = np.eye(classes)[authors]
    if measure == "hinge":
        own = logits[np.arange(count), authors][:, None]
        over = np.where((margin := 1 - own + logits) * (1 - hot) > 0, 1.0, 0.0)
        slope = (over - hot * over.sum(1, keepdims=True)) / classes / count
        return float((over * margin).sum() / classes / count), slope
    raised = np.exp(logits - logits.max(1, keepdims=True))
    p = raised / raised.sum(1, keepdims=True)
    wanted = 0.9 * hot + 0.1 / classes if measure == "smoothed" else hot
    weight = (authors != 0)[:, None] if measure == "not author 0" else np.ones((count, 1))
    divisor = 1 if measure == "sum" else weight.sum()
    return float(-(weight * wanted * np.log(p)).sum() / divisor), weight * (p - wanted) / divisor


def labels(how: str, authors: list[int]) -> Array:
    known = np.array(authors)
    return {"own": known, "of the row before": np.roll(known, 1), "author 0": 0 * known}[how]


def train(
    case: Course,
    optimiser: str = "Adam",
    rate: str = "lr",
    trained: str = "all",
    cleared: str = "each batch",
    stepped: str = "each batch",
    kept: str = "one optimiser",
    measure: str = "cross-entropy",
    authors: str = "own",
    batches: str = "all",
    epochs: str = "as asked",
    mean: str = "over sentences",
    mode: str = "training",
) -> Value:
    names = ["table", "gain", "bias"]
    weights = {"table": case.table, "gain": case.gain, "bias": case.bias}
    default = 0.01 if optimiser in ("Adagrad", "RMSprop") else 0.001
    lr = {"lr": case.lr, "default": default, "10 ×": 10 * case.lr, "1/10": case.lr / 10, "0.1": 0.1}[rate]
    given = {"all": names, "not the first": names[1:], "not the last": names[:-1], "last": names[2:]}[trained]
    walked = {
        "all": case.batches,
        "first": case.batches[:1],
        "not the first": case.batches[1:],
        "every other": case.batches[::2],
        "backwards": case.batches[::-1],
    }[batches]
    optimise = Optimiser(optimiser, given, lr)
    gradients: dict[str, Array] | None = None
    history: list[list[tuple[float, int]]] = []
    for _ in range(1 if epochs == "one" else case.epochs):
        history.append([])
        if kept == "one for each epoch":
            optimise = Optimiser(optimiser, given, lr)
        if cleared == "each epoch":
            gradients = None
        if stepped == "before the batches" and gradients:
            optimise.step(weights, gradients)
        for batch in walked:
            if kept == "one for each batch":
                optimise = Optimiser(optimiser, given, lr)
            if cleared == "each batch":
                gradients = None
            logits, last = scores(weights, batch, case.shift if mode == "training" else 0)
            loss, slope = loss_and_slope(measure, logits, labels(authors, batch[2]))
            new = slopes(weights, last, slope)
            gradients = {name: new[name] + gradients[name] for name in names} if gradients else new
            if stepped == "each batch":
                optimise.step(weights, gradients)
            history[-1].append((loss, len(last)))
        if stepped == "after the batches":
            optimise.step(weights, gradients or {})
    return told(history, mean), [weights[name] for name in sorted(names)]


def slopes(weights: dict[str, Array], last: Array, slope: Array) -> dict[str, Array]:
    """The gradients of all weights, from that of the logits."""
    of_table = np.zeros_like(weights["table"])
    np.add.at(of_table, last, slope * weights["gain"])
    return {"table": of_table, "gain": (slope * weights["table"][last]).sum(0), "bias": slope.sum(0)}


def told(history: list[list[tuple[float, int]]], mean: str) -> list[float]:
    """The losses that come back, of the loss and the size of each batch of each epoch."""
    if mean == "every batch":
        return [loss for epoch in history for loss, _ in epoch]
    if mean == "no number":
        return []
    if mean == "last epoch":
        return told(history[-1:], "over sentences")
    if mean == "all epochs so far":
        so_far = ([pair for epoch in history[: n + 1] for pair in epoch] for n in range(len(history)))
        return told(list(so_far), "over sentences")
    found = []
    for epoch in history:
        losses, sizes = (np.array(part, float) for part in zip(*epoch, strict=True))
        total, seen = (losses * sizes).sum(), sizes.sum()
        found.append(
            float(
                {
                    "over sentences": total / seen,
                    "over batches": losses.mean(),
                    "last batch": losses[-1],
                    "first batch": losses[0],
                    "sum over sentences": total,
                    "sum over batches": losses.sum(),
                    "batches by sentences": losses.sum() / seen,
                    "sentences by batches": total / len(losses),
                    "plus": (losses + sizes).sum() / seen,
                    "divided": (losses / sizes).sum() / seen,
                    "from 1": (total + 1) / seen,
                    "one more": total / (seen + 1),
                    "negative": -total / seen,
                    "times": total * seen,
                    "nothing": 0.0,
                }[mean]
            )
        )
    return found


DIVIDED = "By how many sentences do you divide, and what do you add up for each batch?"
OPTIMISER = "Which optimiser does the docstring name, and which learning rate does it get?"
THREE = "Which three calls make up one step of training, in which order, and how often?"
REMEMBERED = "What does Adam remember from step to step?"
EPOCHS = "How many numbers do two epochs give?"
LOSS = "Which loss does the docstring name, and which authors count?"
EVERY = "How many batches does one epoch see?"
TRAINING: Choices = {
    "optimiser": {
        "Adam": "",
        "SGD": ("the optimiser is SGD", OPTIMISER),
        "RMSprop": ("the optimiser is RMSprop", OPTIMISER),
        "Adagrad": ("the optimiser is Adagrad", OPTIMISER),
        "AdamW": ("the optimiser is AdamW", OPTIMISER),
    },
    "rate": {
        "lr": "",
        "default": ("the optimiser has its default learning rate", OPTIMISER),
        "10 ×": ("the learning rate is 10 times lr", OPTIMISER),
        "1/10": ("the learning rate is a tenth of lr", OPTIMISER),
        "0.1": ("the learning rate is 0.1, whatever lr is", OPTIMISER),
    },
    "trained": {
        "all": "",
        "not the first": ("the model's first parameter is not trained", "What do you give to the optimiser?"),
        "not the last": ("the model's last parameter is not trained", "What do you give to the optimiser?"),
        "last": ("only the model's last parameter is trained", "What do you give to the optimiser?"),
    },
    "cleared": {
        "each batch": "",
        "never": ("gradients are never cleared and pile up", THREE),
        "each epoch": ("gradients are cleared once an epoch only", THREE),
    },
    "stepped": {
        "each batch": "",
        "never": ("no step changes the weights", THREE),
        "after the batches": ("there is one step an epoch, after all its batches", THREE),
        "before the batches": ("there is one step an epoch, before its batches", THREE),
    },
    "kept": {
        "one optimiser": "",
        "one for each batch": ("every batch has a new optimiser", REMEMBERED),
        "one for each epoch": ("every epoch has a new optimiser", REMEMBERED),
    },
    "measure": {
        "cross-entropy": "",
        "sum": ("the losses of a batch are summed, not averaged", LOSS),
        "smoothed": ("the labels are smoothed by 0.1", LOSS),
        "hinge": ("the loss is the multi-class margin loss", LOSS),
        "not author 0": ("sentences of author 0 do not count", "Is one of the authors padding?"),
    },
    "authors": {
        "own": "",
        "of the row before": ("each row has the author of the row before", LOSS),
        "author 0": ("every author is taken for 0", LOSS),
    },
    "batches": {
        "all": "",
        "first": ("only the first batch of an epoch is used", EVERY),
        "not the first": ("the first batch of an epoch is left out", EVERY),
        "every other": ("every other batch is left out", EVERY),
        "backwards": ("the batches are walked through backwards", EVERY),
    },
    "epochs": {
        "as asked": "",
        "one": ("there is one epoch, whatever was asked for", EPOCHS),
    },
    "mean": {
        "over sentences": "",
        "over batches": "",
        "last batch": ("what is recorded of an epoch is the loss of its last batch", DIVIDED),
        "first batch": ("what is recorded of an epoch is the loss of its first batch", DIVIDED),
        "sum over sentences": ("the losses of an epoch are summed over all sentences, not averaged", DIVIDED),
        "sum over batches": ("the losses of the batches are summed, not averaged", DIVIDED),
        "batches by sentences": ("the sum of the batches' mean losses is divided by the sentences", DIVIDED),
        "sentences by batches": ("the sum over all sentences is divided by the number of batches", DIVIDED),
        "plus": ("the size of each batch is added to its loss", DIVIDED),
        "divided": ("the loss of each batch is divided by its size", DIVIDED),
        "from 1": ("the sum of an epoch's losses begins with 1", DIVIDED),
        "one more": ("one sentence too many is counted in the mean", DIVIDED),
        "negative": ("the mean loss has the wrong sign", DIVIDED),
        "times": ("the sum of the losses is multiplied by the number of sentences", DIVIDED),
        "nothing": ("the recorded losses are 0", DIVIDED),
        "no number": ("no loss is recorded", EPOCHS),
        "every batch": ("there is one loss for each batch, not for each epoch", EPOCHS),
        "last epoch": ("only the last epoch's loss comes back", EPOCHS),
        "all epochs so far": ("the mean runs on over the epochs", "Which epochs are in your second number?"),
    },
    "mode": {
        "training": "",
        "evaluation": ("the model trains in evaluation mode", "Which mode is it?"),
    },
}
COMMON = {
    ("optimiser", "SGD"),
    ("rate", "default"),
    ("cleared", "never"),
    ("stepped", "never"),
    ("measure", "sum"),
    ("batches", "first"),
    ("mean", "over batches"),
    ("mean", "last batch"),
    ("mean", "sum over sentences"),
    ("mean", "sum over batches"),
    ("mode", "evaluation"),
}


ALONE = {("optimiser", "AdamW"), ("batches", "backwards"), ("cleared", "each epoch")}


def far_fetched(way: Way) -> bool:
    """Whether two slips come together that are both rare, or cannot be told apart."""
    return len(way) > 1 and (not COMMON & set(way.items()) or bool(ALONE & set(way.items())))


def ask(case: Course) -> dict[str, Any]:
    return of_reader(case) | {
        "call": "train_classifier",
        "args": ["the object", loader(case), case.epochs, case.lr],
        "then_weights": True,
    }


def of_reader(case: Course) -> dict[str, Any]:
    """The part of a question that makes the model."""
    numbers = [{"float": each.tolist()} for each in (case.table, case.gain, case.bias, case.shift)]
    return {"provide": PROVIDED, "new": ["Reader", *numbers]}


def loader(case: Course) -> list[Any]:
    return [{"tuple": [{"int": part} for part in batch]} for batch in case.batches]


def course(batches: Sequence[Batch], symbols: int, classes: int, phase: float, **more: Any) -> Course:
    """A case with weights that are all different."""
    table = np.round(1.3 * np.sin(phase + 2.4 * np.arange(symbols * classes)), 2).reshape(symbols, classes)
    gain, bias, shift = (np.round(np.cos(phase + k + 1.7 * np.arange(classes)), 2) for k in range(3))
    return Course(batches, table, gain + 1.5, bias, 2 * shift, **more)


THREE_BATCHES = (
    ([[3, 1, 4, 0], [2, 5, 0, 0], [4, 4, 3, 2]], [3, 2, 4], [1, 2, 0]),
    ([[1, 3], [4, 0]], [2, 1], [2, 0]),
    ([[5, 2, 1], [1, 0, 0], [3, 3, 0]], [3, 1, 2], [0, 1, 2]),
)
TWO_BATCHES = (
    ([[2, 3, 0], [4, 1, 3]], [2, 3], [3, 1]),
    ([[1], [3], [2]], [1, 1, 1], [0, 2, 1]),
)
FOUR_BATCHES = (
    ([[6, 1, 2]], [3], [2]),
    ([[2, 4], [5, 0], [1, 3], [4, 0]], [2, 1, 2, 1], [0, 1, 1, 2]),
    ([[3, 0, 0], [2, 6, 1]], [1, 3], [2, 0]),
    ([[4, 2], [5, 5]], [2, 2], [1, 2]),
)


def many(sizes: Sequence[int], symbols: int, classes: int) -> list[Batch]:
    """Batches of so many sentences."""
    batches: list[Batch] = []
    numbers = iter(range(sum(sizes)))
    for size in sizes:
        each = [next(numbers) for _ in range(size)]
        lengths = [1 + 3 * k % 4 for k in each]
        rows = [
            [1 + (5 * k**2 + 2 * t + k * t) % (symbols - 1) if t < length else 0 for t in range(max(lengths))]
            for k, length in zip(each, lengths, strict=True)
        ]
        batches.append((rows, lengths, [(k**2 + k // 3) % classes for k in each]))
    return batches


IDEAS = {
    "train_classifier": Idea(
        answer=train,
        choices=TRAINING,
        ask=ask,
        cases=[
            course(THREE_BATCHES, 6, 3, 0.4, epochs=2, lr=0.03),
            course(TWO_BATCHES, 5, 4, 1.9, epochs=3, lr=0.02),
        ],
        fresh=[
            course(FOUR_BATCHES, 7, 3, 2.6, epochs=3, lr=0.04),
            course(THREE_BATCHES[1:], 6, 3, 0.9, epochs=2, lr=0.015),
        ],
        senseless=far_fetched,
    ),
}
