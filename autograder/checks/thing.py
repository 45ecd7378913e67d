"""Objects of a student's that live in a worker, used as PyTorch's are: `cell(x, h)`, `cell.weights`.

cell = student.new("GRUCell", 7, 5).randomised(draw)
h = cell(x, h)
slopes = cell.gradients(x, h, pull=ones).weights
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from numpy.typing import NDArray

from autograder.checks import weights
from autograder.checks.answers import Named
from autograder.checks.draw import Draw
from autograder.sandbox import Value, Worker

if TYPE_CHECKING:
    from autograder.checks.student import Student

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class StateDict(Mapping[str, Array]):
    """Effective parameters and buffers of a module, by name.

    `plain`: none is parametrised, so an optimiser changes these very numbers. It is the student's claim.
    """

    _arrays: Mapping[str, Array]
    trainable: frozenset[str]
    plain: bool

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


@dataclass(frozen=True)
class Gradients:
    """d<pull, output> by each float tensor argument in order, and by each effective parameter.

    None where unused. The parameters are the target's, or those of the first module that a function got.
    """

    inputs: list[Array | None]
    weights: Named[Array | None]


@dataclass(frozen=True)
class Thing:
    """An object that lives in a worker; gone when that worker is.

    Its verbs are those of `Student`, with the same arguments and errors. `wide`: one of the sizes that it was
    made with is large (`sequences.wide`).
    """

    handle: int
    name: str
    _worker: Worker = field(repr=False)
    _student: Student = field(repr=False, compare=False)
    wide: bool = field(default=False, repr=False, compare=False)

    def of_size(self, *, wide: bool) -> Thing:
        """Itself, wide or not."""
        return replace(self, wide=wide)

    def __call__(
        self, *args: Value, train: bool = False, grad: bool = False, seed: int = 0, **kwargs: Value
    ) -> Value:
        """What a module's forward returns."""
        return self._student.call(self, *args, train=train, grad=grad, seed=seed, **kwargs)

    def call_and_see(
        self, *args: Value, train: bool = False, grad: bool = False, seed: int = 0, **kwargs: Value
    ) -> tuple[Value, list[Value]]:
        """The result, and the positional arguments, one by one, as they are after the call."""
        return self._student.call_and_see(self, *args, train=train, grad=grad, seed=seed, **kwargs)

    def method(
        self, name: str, *args: Value, train: bool = False, grad: bool = False, seed: int = 0, **kwargs: Value
    ) -> Value:
        """What a method returns ("__len__" and "__getitem__" are methods)."""
        return self._student.method(self, name, *args, train=train, grad=grad, seed=seed, **kwargs)

    @property
    def weights(self) -> StateDict:
        """The effective parameters and buffers, by name."""
        return self._student.weights(self)

    @property
    def trainable(self) -> Named[Array]:
        """What training may change, in the order of the names."""
        return weights.trainable(self._student, self)

    def load(self, values: Mapping[str, Array]) -> None:
        """Assign weights by name; those not given keep their values."""
        self._student.load(self, values)

    def randomised(self, draw: Draw, scale: float = 0.5, *, torchs_layers: bool = False) -> Thing:
        """Itself, with distinct random numbers in all trainable weights (`weights.randomise`)."""
        weights.randomise(self._student, self, draw, scale, torchs_layers=torchs_layers)
        return self

    def gradients(
        self, *args: Value, pull: Value, train: bool = False, seed: int = 0, **kwargs: Value
    ) -> Gradients:
        """d<pull, output> by the float arguments and by the parameters."""
        return self._student.gradients(self, *args, pull=pull, train=train, seed=seed, **kwargs)

    def backward(
        self, *args: Value, pull: Value, train: bool = False, seed: int = 0, **kwargs: Value
    ) -> None:
        """Leave d<pull, output> in `.grad` of the parameters, and nothing else."""
        self._student.backward(self, *args, pull=pull, train=train, seed=seed, **kwargs)
