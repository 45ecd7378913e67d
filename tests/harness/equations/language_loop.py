"""A training loop of language models in numpy, with what may be otherwise in each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Array
from tests.harness.equations.language_provided import (
    Weights,
    chain,
    cross_entropy,
    gradients_of,
    logits_of,
    recurrent,
    softmax,
)

Batch = tuple[list[list[int]], list[list[int]]]  # x and y, (B, T) each
CLIP = 1.0
NORMS = {"RNN": "grad_norm_rhh", "LSTM": "grad_norm_hh"}
SIGNS = {"once": 1.0, "twice": 2.0, "negative": -1.0, "never": 0.0}


class Run(NamedTuple):
    """A `Chain` of this kind and of these sizes, batches to train on and to validate with, epochs, lr."""

    kind: str
    sizes: tuple[int, int]
    train: Sequence[Batch]
    valid: Sequence[Batch]
    epochs: int
    lr: float


# ---- a run


class Optimiser:
    """Adam and its relatives, step by step."""

    def __init__(self, name: str, lr: float) -> None:
        self.name, self.lr = name, lr
        self.moments: dict[str, tuple[int, Array, Array]] = {}  # steps, of the gradient, of its square

    def step(self, weights: Weights, gradients: Weights) -> None:
        for key, g in gradients.items():
            count, first, second = self.moments.get(key, (0, 0 * g, 0 * g))
            if self.name == "decay":
                g = g + 0.01 * weights[key]
            if self.name == "AdamW":
                weights[key] = weights[key] * (1 - 0.01 * self.lr)
            kept = {"RMSprop": 0.99, "Adagrad": 1.0}.get(self.name, 0.999)
            count, first = count + 1, 0.9 * first + 0.1 * g
            second = kept * second + (1.0 if self.name == "Adagrad" else 1 - kept) * g**2
            self.moments[key] = count, first, second
            if self.name == "SGD":
                change = g
            elif self.name in ("RMSprop", "Adagrad"):
                change = g / (np.sqrt(second) + 1e-8)
            else:
                change = first / (1 - 0.9**count) / (np.sqrt(second / (1 - 0.999**count)) + 1e-8)
            weights[key] = weights[key] - self.lr * change


class Model:
    """The weights and gradients of a run; one that was never computed is not there."""

    def __init__(self, case: Run, loss: str) -> None:
        self.kind, self.loss = case.kind, loss
        self.weights, _ = chain(case.kind, *case.sizes)
        self.gradients: Weights = {}

    def backward(self, batch: Batch, sign: float) -> float:
        """The loss of a batch; its gradients are added to those that are there."""
        x, y = (np.array(each) for each in batch)
        if self.loss == "exchanged":
            x, y = y, x
        y = {"inputs": x, "rolled": np.roll(y, 1, 0)}.get(self.loss, y)
        logits, _ = logits_of(self.kind, self.weights, x)
        real = y != (-1 if self.loss == "padding" else 0)
        share = real / (1 if self.loss == "sum" else real.sum())
        slope = (softmax(logits) - np.eye(logits.shape[-1])[y]) * share[..., None] * sign
        for name, g in gradients_of(self.kind, self.weights, x, slope).items() if sign else ():
            self.gradients[name] = self.gradients.get(name, 0) + g
        return float((cross_entropy(logits, y) * share).sum())

    def norm(self, of: str = "recurrent") -> float:
        name = recurrent(self.kind, "weight_hh")
        found = {"all": self.gradients, "weights": {name: self.weights[name]}}.get(
            of, {key: g for key, g in self.gradients.items() if key == name}
        )
        return float(np.sqrt(sum((g**2).sum() for g in found.values())))

    def clip(self, how: str) -> None:
        if how in ("none", "value"):
            most = 1.0 if how == "value" else np.inf
            self.gradients = {name: np.clip(g, -most, most) for name, g in self.gradients.items()}
            return
        norms = {
            name: np.sqrt((g**2).sum()) if how == "each" else self.norm("all")
            for name, g in self.gradients.items()
        }
        most = CLIP if how == "each" else float(how)
        self.gradients = {
            name: g * min(1.0, most / (norms[name] + 1e-6)) for name, g in self.gradients.items()
        }


def evaluated(case: Run, weights: Weights, batches: Sequence[Batch]) -> tuple[float, float]:
    found = []
    for x, y in batches:
        targets = np.array(y)
        logits, _ = logits_of(case.kind, weights, np.array(x))
        found.append(cross_entropy(logits, targets)[targets != 0])
    loss = float(np.concatenate(found).mean())
    return loss, float(np.exp(loss))


class Loop:
    """A training loop, whose actions each have an event at which they are done.

    The events of a batch are "batch start", "after backward", "clipping", "stepping" and "batch end"; around
    them are "epoch start" and "epoch end", around all "start" and "end".
    """

    def __init__(self, case: Run, way: Mapping[str, str]) -> None:
        self.case, self.way = case, way
        self.model = Model(case, self.way["loss"])
        rates = {"times 10": 10 * case.lr, "tenth": case.lr / 10, "none": 0.0}
        rates |= dict.fromkeys(("given", "decays"), case.lr)
        lr = rates[way["rate"]] if way["rate"] in rates else float(way["rate"])
        self.optimiser = Optimiser(way["optimiser"], lr)
        self.losses: list[float] = []
        self.ends: list[int] = []  # after how many losses each epoch ends
        self.norms: list[float] = []
        self.vals: list[tuple[float, float]] = []

    def run(self) -> tuple[dict[str, list[Any]], Weights]:
        """The logs, and the weights at the end."""
        parts = {"first": slice(1), "without first": slice(1, None), "second": slice(0, None, 2)}
        turned = slice(None, None, -1 if self.way["batches"] == "reversed" else None)
        self._at("start")
        for _ in range(1 if self.way["epochs"] == "one" else self.case.epochs):
            self._at("epoch start")
            for batch in self.case.train[parts.get(self.way["batches"], turned)]:
                self._at("batch start")
                self.losses.append(self.model.backward(batch, SIGNS[self.way["backward"]]))
                for event in ("after backward", "clipping", "stepping", "batch end"):
                    self._at(event)
            self.ends.append(len(self.losses))
            self._at("epoch end")
        self._at("end")
        return self._logs(), self.model.weights

    def _at(self, event: str) -> None:
        """All that is done at an event."""
        way = self.way
        if way["norm"] == event:
            self.norms.append(0.0 if way["norm of"] == "nothing" else self.model.norm(way["norm of"]))
        if way["zero"] == event:
            kept = {k: g for k, g in self.model.gradients.items() if not self._is_trained(k)}
            self.model.gradients = kept  # an optimiser erases the gradients of its own weights
        if event == "clipping":
            self.model.clip(way["clip"])
        if way["optimiser"] == f"new at {event}":
            self.optimiser.moments = {}
        if way["step"] == event or (
            way["step"] == "every second" and event == "stepping" and len(self.losses) % 2 == 0
        ):
            self._step()
        if way["val"] == event:
            seen = self.case.train if way["val of"] == "training data" else self.case.valid
            self.vals.append(evaluated(self.case, self.model.weights, seen))
        if way["rate"] == "decays" and event == "epoch end":
            self.optimiser.lr *= 0.1

    def _is_trained(self, name: str) -> bool:
        return {
            "without embedding": name != "emb.weight",
            "without last bias": name != "fc.bias",
            "linear layer": name.startswith("fc."),
        }.get(self.way["trained"], True)

    def _step(self) -> None:
        known = {k: g for k, g in self.model.gradients.items() if self._is_trained(k)}
        self.optimiser.step(self.model.weights, known)

    def _logs(self) -> dict[str, list[Any]]:
        perplexities = [float(np.exp(loss)) for loss in self.losses]
        if self.way["perplexity"] == "loss":
            perplexities = self.losses
        return {
            "train_loss": self._logged(self.losses, self.way["logged"]),
            "train_pp": self._logged(perplexities, self.way["perplexity"]),
            NORMS[self.case.kind]: self.norms[:1] * len(self.norms)
            if self.way["norm of"] == "first batch"
            else self.norms,
            "val": self._validations(),
        }

    def _logged(self, numbers: list[float], how: str) -> list[float]:
        epochs = list(zip([0, *self.ends], self.ends, strict=False))
        return {
            "each epoch": lambda: [numbers[end - 1] for _, end in epochs],
            "epoch means": lambda: [float(np.mean(numbers[start:end])) for start, end in epochs],
            "running mean": lambda: _running(numbers),
            "never": lambda: [],
        }.get(how, lambda: numbers)()

    def _validations(self) -> list[Any]:
        return {
            "perplexity": lambda: [pp for _, pp in self.vals],
            "loss": lambda: [loss for loss, _ in self.vals],
            "flat": lambda: [number for pair in self.vals for number in pair],
            "exchanged": lambda: [pair[::-1] for pair in self.vals],
            "last": lambda: self.vals[-1:] * self.case.epochs,
        }.get(self.way["val of"], lambda: self.vals)()


def _running(numbers: Sequence[float]) -> list[float]:
    """Each number becomes the mean of those before it, as they have become, and itself."""
    found: list[float] = []
    for number in numbers:
        found.append(float(np.mean([*found, number])))
    return found
