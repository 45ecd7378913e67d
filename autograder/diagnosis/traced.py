"""A student whose answers are listened to: what a check is about, and what the diagnosis sees."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import Student, Thing
from autograder.checks.fill import symmetric
from autograder.checks.student import CALLS
from autograder.checks.weights import trainable
from autograder.diagnosis.table import Trace
from autograder.sandbox import Value
from autograder.sandbox.wire.errors import StudentRaised

Array = NDArray[Any]


class TracedStudent(Student):
    """A student that remembers what a check is about, so that a failure points at the right definition.

    A title names what is judged ("evaluate: the mean loss per token"); what else is called on the way there
    does not count. Where it names nothing, a check is about the last name used, those of its own unit first.
    """

    names: frozenset[str] = frozenset()
    _judged: tuple[str, ...] = ()
    _used = ""
    _asked: frozenset[tuple[str, str]] = frozenset()  # names, and the methods of their objects that ran
    _trace: Trace | None = None  # of the diagnosis; then all weights are filled symmetrically
    _number, _last = 0, False

    def begin(self, title: str) -> None:
        """A check of this title begins."""
        self._judged, self._used = self._named_in(title), ""
        self._asked = frozenset()

    def about(self, sentence: str = "") -> str:
        """The name of the interface that a failure is about.

        Of several in a title it is the one that the sentence names. A script has no objects to be used: there
        it is the name that the sentence begins with ("U has shape …", "With n = 3, U has shape …").
        """
        found = [name for name in self._named_in(sentence) if name in self._judged]
        begins = re.match(r"(?:With [^,]+, )?(\w+)", sentence)
        first = begins[1] if begins and begins[1] in self.names else ""
        return next(iter([*found, *self._judged]), self._used or first)

    def method_of(self, name: str, sentence: str = "") -> str:
        """The method that gave what is judged of an object of this name: the only one that was asked.

        Of several it is the one that the sentence names; "" where nothing tells.
        """
        asked = {method for owner, method in self._asked if owner == name}
        named = asked.intersection(re.findall(r"\w+", sentence)) if len(asked) > 1 else asked
        return next(iter(named)) if len(named) == 1 else ""

    def _named_in(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in re.findall(r"\w+", text) if word in self.names)

    def trace(self, trace: Trace | None, number: int = 0, last: bool = False) -> None:
        """Collect all answers from now on; None: no longer.

        The weights of every new module are filled with those of a canonical draw.
        """
        self._trace, self._number, self._last = trace, number, last
        self._sizes: dict[int, list[int]] = {}
        self._loaded: set[int] = set()

    def load(self, thing: Thing, weights: Mapping[str, Array]) -> None:
        super().load(thing, weights)
        if self._trace is not None:
            self._loaded.add(thing.handle)

    def new(self, name: str, *args: Value, seed: int = 0, **kwargs: Value) -> Thing:
        thing = super().new(name, *args, seed=seed, **kwargs)
        if self._trace is not None and not name.startswith("torch."):
            self._sizes[thing.handle] = [size for size in (*args, *kwargs.values()) if type(size) is int]
            with contextlib.suppress(StudentRaised):  # not a module, or one whose layers have no shapes yet
                self.fill(thing)
        return thing

    def fill(self, thing: Thing, turn: float = 0.0, scale: float = 0.5) -> None:
        """Give a module weights of the diagnosis: others for another `turn` and `scale`."""
        sizes, (phase, bias) = self._sizes.get(thing.handle, []), CANONICAL[self._number]
        shapes = {name: weight.shape for name, weight in trainable(self, thing).items()}
        self.load(
            thing,
            {
                name: symmetric(shape, sizes, phase + turn, last=self._last, scale=scale, bias=bias)
                for name, shape in shapes.items()
            },
        )

    def _ask(self, operation: str, /, **fields: Value) -> Value:
        target = fields.get("target", fields.get("name"))
        name = target.name if isinstance(target, Thing) else target
        if name in self.names or (name and not name.startswith("torch.") and self._used not in self.names):
            self._used = name
        if isinstance(target, Thing) and (method := _method(operation, fields)):
            self._asked |= {(target.name, method)}
        answer = super()._ask(operation, **fields)
        if self._trace is not None and (operation in _TELLING or self._tells(operation, target)):
            self._trace.add(operation, _without_layout(operation, answer))
        return answer

    def _tells(self, operation: str, target: Thing | str | None) -> bool:
        """Weights that were loaded once: before that they depend on the order of construction."""
        return operation == "weights" and isinstance(target, Thing) and target.handle in self._loaded


_TELLING = ("call", "calls", "method", "gradients", "run", "random_numbers")
CANONICAL = ((0.9, 0.0), (2.3, 0.0), (1.7, 0.6))  # phase and bias of the fill, per canonical draw


def _method(operation: str, fields: Mapping[str, Value]) -> str:
    """The method of an object that an operation runs; "" for none."""
    return str(fields.get("name", "")) if operation == "method" else "forward" if operation in CALLS else ""


def _without_layout(operation: str, answer: Value) -> Value:
    """An answer without what other names and layouts of the same equations change."""
    if operation == "gradients" and isinstance(answer, dict):
        given, known = _floats(answer.get("weights"))
        dead = len(known) < given or any(not gradient.any() for gradient in known)
        return [answer.get("inputs"), _squares(known), dead]
    if operation == "weights" and isinstance(answer, dict):
        return _squares(_floats(answer.get("values"))[1])
    return answer


def _floats(named: Value) -> tuple[int, list[Array]]:
    """How many values there are, and those that are arrays of floats."""
    values = list(named.values()) if isinstance(named, dict) else []
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    return len(values), [array.astype(np.float64) for array in arrays if array.dtype.kind == "f"]


def _squares(arrays: Iterable[Array]) -> float:
    return float(sum(np.sum(array**2) for array in arrays))
