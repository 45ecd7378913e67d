"""A student's script, run from top to bottom with constants and first weights of the grader's.

Worker only. After every statement outside of loops (see `instrumented`) the tensors that are to start with
given values receive them, wherever the script keeps them, until the first gradient is asked for. Who computes
gradients by hand asks for none: that has begun once a loss was taken and a weight is another one after it.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from ..wire.program import OPTIMISED
from . import standins
from .instrumented import CONSTANTS, HOOK, instrumented

MAX_LOOKS = 5_000  # for other names, per run


class NotDefined(Exception):
    """The script ended without a variable of this name."""


class Script:
    """One run of a script for the variables `names` ("W", or "W.requires_grad").

    `constants` replace top-level values by name, `start` those of tensors. `known_as` says under which other
    names the script keeps those tensors while it trains.
    """

    def __init__(
        self,
        source: str,
        filename: str,
        names: Collection[str],
        constants: Mapping[str, Any],
        start: Mapping[str, torch.Tensor],
        known_as: Mapping[str, str] | None = None,
    ) -> None:
        self._filename, self._names = filename, names
        self._constants, self._start = constants, start
        self._known_as = known_as or {}
        self._seen: dict[str, torch.Tensor] = {}  # by the names of variables and attributes, the last of each
        self._looks = 0
        roots = frozenset(name.partition(".")[0] for name in names)
        self._code = instrumented(source, filename, roots, frozenset(constants), bool(start))
        self._space: dict[str, Any] = {}
        self._set: dict[str, torch.Tensor] = {}
        self._began = False
        self._has_loss = False  # once all of them were set
        self.held: list[str] = []  # names that had their start value when training began

    def run(self) -> dict[str, Any]:
        """The variables asked for as they are in the end. Raises NotDefined.

        A script that ends itself by exit() has come to its end, unless a variable is missing then.
        """
        self._space.update({
            "__name__": "__main__",
            "__file__": self._filename,
            "display": standins.Inert(),  # Jupyter's own
            "get_ipython": standins.Inert,
            "input": _nobody,
            CONSTANTS: self._constant,
            HOOK: self._put,
        })  # fmt: skip
        roots = [name.partition(".")[0] for name in self._names]
        with (
            _told(torch.autograd, ("backward", "grad"), self._begin),
            _told(torch.nn.functional, ("cross_entropy",), self._note_loss),
            _steps_of_optimisers() as steps,
        ):
            try:
                exec(self._code, self._space)
            except SystemExit as end:
                for root in roots:
                    if root not in self._space and root != OPTIMISED:
                        early = RuntimeError(f"the script ends itself here, before it has set {root}")
                        raise early.with_traceback(end.__traceback__) from None
            self._space[OPTIMISED] = bool(steps)
        if not self._began:
            self._begin()
        for root in roots:
            if root not in self._space:
                raise NotDefined(root)
        return {name: self._value(name) for name in self._names}

    def _value(self, name: str) -> Any:
        root, *path = name.split(".")
        value = self._space[root]
        for part in path:
            value = getattr(value, part, None)
        # Numbers may be kept in an array as in a list; a matrix of NumPy's is told as what it is.
        return value.tolist() if isinstance(value, np.ndarray) and value.ndim < 2 else value

    def _constant(self, name: str) -> Any:
        """A constant of the grader's, a new one each time: scripts add to a vocabulary."""
        return copy.deepcopy(self._constants[name])

    # --- first weights --------------------------------------------------------------------------------------

    def names_of_its_own(self) -> dict[str, str]:
        """Under which names the tensors that were not held came into being, as far as it was seen."""
        return {
            name: own
            for name in self._start
            for own, tensor in reversed(self._seen.items())  # the first one stays: later ones run in loops
            if name not in self.held and tensor is self._space.get(name) and own != name
        }

    def _look(self, space: dict[str, Any]) -> None:
        self._looks += 1
        if self._looks > MAX_LOOKS:
            return
        for owner in (space, *(getattr(each, "__dict__", None) for each in list(space.values()))):
            for name, tensor in list(owner.items()) if isinstance(owner, dict) else ():
                if isinstance(name, str) and isinstance(tensor, torch.Tensor):
                    self._seen[name] = tensor

    def _put(self, space: dict[str, Any]) -> None:
        """Give the tensors in reach of `space` their start values, in place, while training has not begun."""
        if space is not self._space:
            self._look(space)
        if self._has_loss and not self._began and any(map(self._has_changed, self._set)):
            self._begin(by_hand=True)
        if self._began:
            return
        kept_in = [] if self._has_loss else list(space.values())  # of later ones, one may hold gradients
        for owner in (self._space, space, *kept_in):
            found = {name: _part(owner, self._known_as.get(name, name)) for name in self._start}
            tensors = {name: each for name, each in found.items() if isinstance(each, torch.Tensor)}
            if owner is space or owner is self._space or len(tensors) == len(found):
                for name, tensor in tensors.items():
                    self._fill(name, tensor)

    def _fill(self, name: str, tensor: torch.Tensor) -> None:
        wanted = _oriented(self._start[name], tensor)
        if wanted is None:
            return
        if not torch.equal(tensor.detach(), wanted):
            with torch.no_grad():
                tensor.copy_(wanted)
        self._set[name] = tensor

    def _note_loss(self) -> None:
        self._has_loss = self._has_loss or len(self._set) == len(self._start)

    def _has_changed(self, name: str) -> bool:
        tensor = self._set[name]
        wanted = _oriented(self._start[name], tensor)
        return wanted is None or not torch.equal(tensor.detach(), wanted)

    def _begin(self, by_hand: bool = False) -> None:
        """The first gradient is asked for, a step was taken `by_hand`, or the script has ended."""
        if self._began:
            return
        self._began = True
        for name, tensor in self._set.items():
            now = self._space.get(name)
            replaced = isinstance(now, torch.Tensor) and now is not tensor
            if not replaced and (by_hand or not self._has_changed(name)):
                self.held.append(name)


def _nobody(prompt: object = "") -> NoReturn:
    raise EOFError("input() finds nobody at the keyboard where this is graded: write the value down")


def _part(owner: object, name: str) -> object:
    """What a namespace, a dict or an object keeps under a name."""
    if isinstance(owner, dict):
        return owner.get(name)
    if isinstance(owner, (ModuleType, FunctionType, type, torch.Tensor, standins.Inert, str, int, float)):
        return None
    with contextlib.suppress(Exception):
        return getattr(owner, name, None)
    return None


def _oriented(value: torch.Tensor, like: torch.Tensor) -> torch.Tensor | None:
    """`value` in the shape and type of `like`: as it is, transposed or reshaped; None if it does not fit."""
    if not like.is_floating_point() or like.numel() != value.numel():
        return None
    if like.shape != value.shape:
        value = value.T if like.shape == value.T.shape else value.reshape(like.shape)
    return value.to(like)


@contextlib.contextmanager
def _steps_of_optimisers() -> Iterator[list[str]]:
    """Within it, the kind of every optimiser of torch's that takes a step, however the script came by it."""
    steps: list[str] = []
    hook = register_optimizer_step_pre_hook(lambda optimiser, *_: steps.append(type(optimiser).__name__))
    try:
        yield steps
    finally:
        hook.remove()


@contextlib.contextmanager
def _told(module: ModuleType, names: Collection[str], tell: Callable[[], None]) -> Iterator[None]:
    """Within it, `tell` is called before each of these functions of a module."""
    originals = {name: getattr(module, name) for name in names}

    def telling(original: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            tell()
            return original(*args, **kwargs)

        return told

    for name, original in originals.items():
        setattr(module, name, telling(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(module, name, original)
