"""What checks of training are made of: batches, losses, an optimiser of the grader's, and another attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch
from autograder.checks.weights import trainable

Array = NDArray[Any]

ATTEMPTS = 3


def again_and_again(draw: Draw) -> tuple[int, ...]:
    """How often to repeat a few batches, so that a loop that was stopped for a try is seen to stop.

    No code can know how many batches that makes. None for the diagnosis.
    """
    return () if draw.symmetric else (int(draw.child("again and again").integers(7, 10)),)


class Thresholds(Mapping[str, float]):
    """The bounds of one check from grading_config.yaml, by name; keeps what was held against them."""

    def __init__(self, bounds: Mapping[str, float]) -> None:
        self._bounds = bounds
        self.measured: dict[str, list[float]] = {}
        self.upper: set[str] = set()  # the names of bounds from above

    def __getitem__(self, name: str) -> float:
        return self._bounds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bounds)

    def __len__(self) -> int:
        return len(self._bounds)

    def reached(self, name: str, value: float) -> bool:
        """Whether `value` is at least the bound of that name."""
        self.measured.setdefault(name, []).append(float(value))
        return bool(value >= self[name])

    def kept(self, name: str, value: float) -> bool:
        """Whether `value` is at most the bound of that name."""
        self.upper.add(name)
        self.measured.setdefault(name, []).append(float(value))
        return bool(value <= self[name])


def loader(student: Any, data: Iterable[Array], size: int) -> Any:
    """A DataLoader of torch's over rows of these arrays, in this order.

    It lives where the student's code does.
    """
    dataset = student.new("torch.utils.data.TensorDataset", *data)
    return student.new("torch.utils.data.DataLoader", dataset, batch_size=size)


def cross_entropy(logits: Array, wanted: Array) -> tuple[Array, Array]:
    """The loss of each row (…,) and its gradient by the logits (…, C)."""
    scores = logits - logits.max(-1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    hot = np.arange(logits.shape[-1]) == wanted[..., None]
    return -(logs * hot).sum(-1), np.exp(logs) - hot


class Adam:
    """Adam of Kingma and Ba (2015) with PyTorch's defaults, on a student's weights."""

    def __init__(self, student: Any, model: Any, lr: float) -> None:
        self.student, self.model, self.lr, self.steps = student, model, lr, 0
        self.values: dict[str, Array] = {
            name: w.astype(np.float64) for name, w in trainable(student, model).items()
        }
        self.first = {name: np.zeros_like(w) for name, w in self.values.items()}
        self.second = {name: np.zeros_like(w) for name, w in self.values.items()}

    def step(self, gradients: Mapping[str, Any]) -> None:
        self.steps += 1
        for name, value in self.values.items():
            gradient = gradients.get(name)
            if not isinstance(gradient, np.ndarray) or gradient.shape != value.shape:
                continue
            gradient = np.nan_to_num(np.asarray(gradient, np.float64))
            self.first[name] += 0.1 * (gradient - self.first[name])
            self.second[name] += 0.001 * (gradient**2 - self.second[name])
            mean = self.first[name] / (1 - 0.9**self.steps)
            scale = np.sqrt(self.second[name] / (1 - 0.999**self.steps)) + 1e-8
            self.values[name] = value - self.lr * mean / scale
        self.student.load(self.model, {name: w.astype(np.float32) for name, w in self.values.items()})


def attempts(draw: Draw, once: Callable[[Draw], None]) -> None:
    """`once` with up to three draws; the last one's Mismatch if none passes."""
    for number in range(ATTEMPTS):
        try:
            return once(draw.child(f"attempt {number}"))
        except Mismatch:
            if number == ATTEMPTS - 1:
                raise
    return None
